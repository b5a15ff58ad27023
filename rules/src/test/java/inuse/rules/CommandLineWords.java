package inuse.rules;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import inuse.cli.line.Option;
import inuse.cli.line.Verb;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Strings in a class that tell how the command is called: an option of ours, or one of our verbs.
 */
final class CommandLineWords extends ArchCondition<JavaClass> {
  private static final Pattern OPTION =
      Pattern.compile(
          Arrays.stream(Option.values())
              .map(Option::word)
              .collect(Collectors.joining("|", "(?<![\\w-])(", ")(?![\\w-])")));

  private static final Pattern VERB =
      Pattern.compile(
          Arrays.stream(Verb.values())
              .map(Verb::word)
              .filter(word -> !word.isEmpty())
              .collect(Collectors.joining("|", "\\binuse (", "|-)\\b")));

  CommandLineWords() {
    super("have strings that name our command line");
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    for (String text : strings(type)) {
      boolean names = OPTION.matcher(text).find() || VERB.matcher(text).find();
      String message = "Class <" + type.getName() + "> says \"" + text.strip() + "\"";
      events.add(new SimpleConditionEvent(type, names, message));
    }
  }

  /** Those of its code, of its constants and of its concatenations alike. */
  private static List<String> strings(JavaClass type) {
    try (InputStream bytes = type.getSource().orElseThrow().getUri().toURL().openStream()) {
      Stream<PoolEntry> pool =
          StreamSupport.stream(
              ClassFile.of().parse(bytes.readAllBytes()).constantPool().spliterator(), false);
      return pool.flatMap(entry ->
              entry instanceof StringEntry string
                  ? Stream.of(string.stringValue())
                  : Stream.empty())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(type.getName(), e);
    }
  }
}
