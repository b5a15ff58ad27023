package inuse.rules;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The text that users read, searched for words that nobody says any more. */
final class SpokenWords {
  private static final Pattern OLD =
      Pattern.compile(
          "\\b(whoever|whomever|whosoever|somebody|nobody|anybody|everybody|likewise|anew|thereof"
              + "|therein|hence)\\b",
          Pattern.CASE_INSENSITIVE);

  /** A word, and what stands around it. */
  record Found(String file, String word, String text) {
    @Override
    public String toString() {
      return file + ": " + word + " in: " + text.strip();
    }
  }

  private SpokenWords() {}

  /** In a text of which every line is for users. */
  static List<Found> inText(String file, String text) {
    return text.lines().flatMap(line -> in(file, line).stream()).toList();
  }

  private static List<Found> in(String file, String text) {
    Matcher matcher = OLD.matcher(text);
    List<Found> found = new ArrayList<>();
    while (matcher.find()) {
      found.add(new Found(file, matcher.group().toLowerCase(Locale.ROOT), text));
    }
    return found;
  }

  /** In the strings of Java sources; where {@code pages}, also in the javadoc of their classes. */
  static List<Found> inJava(List<Path> files, boolean pages) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<Found> found = new ArrayList<>();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
      DocTrees comments = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        String file = Checkout.relative(Path.of(unit.getSourceFile().toUri())).toString();
        new Strings(file, pages, comments, found).scan(unit, null);
      }
    }
    return found;
  }

  private static final class Strings extends TreePathScanner<Void, Void> {
    private final String file;
    private final boolean pages;
    private final DocTrees comments;
    private final List<Found> found;

    Strings(String file, boolean pages, DocTrees comments, List<Found> found) {
      this.file = file;
      this.pages = pages;
      this.comments = comments;
      this.found = found;
    }

    @Override
    public Void visitLiteral(LiteralTree literal, Void none) {
      if (literal.getValue() instanceof String text) {
        found.addAll(inText(file, text));
      }
      return null;
    }

    @Override
    public Void visitClass(ClassTree type, Void none) {
      String comment = pages ? comments.getDocComment(getCurrentPath()) : null;
      if (comment != null) {
        found.addAll(inText(file, comment));
      }
      return super.visitClass(type, null);
    }
  }
}
