package inuse.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every Java file is as google-java-format writes it. */
class FormatTest {
  private static final String FIX =
      "mvn -B -pl rules -am test -Dtest=FormatTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dformat.fix=true";

  @Test
  void everyJavaFileIsAsGoogleJavaFormatWritesIt() throws IOException {
    List<Path> files = Checkout.javaFiles();
    assertThat(files).as("Java files found in %s", Checkout.root()).hasSizeGreaterThan(10);
    List<Path> badlyFormatted =
        files.parallelStream()
            .filter(file -> !isFormatted(file.toString(), Checkout.text(file)))
            .toList();
    if (Boolean.getBoolean("format.fix")) {
      for (Path file : badlyFormatted) {
        Files.writeString(file, settled(file.toString(), Checkout.text(file)));
      }
      return;
    }
    assertThat(badlyFormatted.stream().map(Checkout::relative))
        .as("badly formatted; to rewrite them: %s", FIX)
        .isEmpty();
  }

  @Test
  void badlyFormattedTextIsTold() {
    assertThat(isFormatted("planted", "class A {\n  int a;\n}\n")).isTrue();
    assertThat(isFormatted("planted", "class A {\n    int a;\n}\n")).isFalse();
    assertThat(isFormatted("planted", "import java.util.List;\n\nclass A {}\n")).isFalse();
  }

  @Test
  void syntaxOfJava25IsUnderstood() {
    String source =
        """
        class A {
          sealed interface S permits B, C {}

          record B(int b) implements S {}

          record C(String c) implements S {}

          int size(S s) {
            return switch (s) {
              case B(int b) when b > 0 -> b;
              case B _ -> 0;
              case C(var c) -> c.length();
            };
          }
        }
        """;
    assertThat(isFormatted("planted", source)).isTrue();
  }

  /** The formatter sometimes changes its own output once more, where a long string was wrapped. */
  private static String settled(String name, String source) {
    String text = source;
    for (int round = 0; round < 5 && !isFormatted(name, text); round++) {
      text = formatted(name, text);
    }
    return text;
  }

  private static boolean isFormatted(String name, String source) {
    return formatted(name, source).equals(source);
  }

  private static String formatted(String name, String source) {
    try {
      return new Formatter().formatSourceAndFixImports(source);
    } catch (FormatterException e) {
      throw new IllegalStateException(name + ": " + e.getMessage(), e);
    }
  }
}
