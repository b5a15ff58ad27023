package inuse.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Maven's groupId is said in packaging/about, and packaging/group writes it everywhere else. */
class GroupTest {
  /** The coordinates of an artifact of ours, in XML or in a line. */
  private static final Pattern OURS =
      Pattern.compile(
          "<groupId>([^<]*)</groupId>\\s*<artifactId>inuse-|([\\w.-]+):inuse-[a-z-]+:[0-9a-z]");

  @TempDir private Path directory;

  @Test
  void everyArtifactOfOursHasThatGroup() throws IOException {
    String about = Checkout.text(Checkout.root().resolve("packaging/about"));
    assertThat(about.lines()).contains("group=" + group(about));
    List<Path> files =
        Checkout.files(path -> {
          String name = path.getFileName().toString();
          return name.equals("pom.xml") || name.endsWith(".md");
        });
    assertThat(files).hasSizeGreaterThan(40);

    assertThat(files)
        .allSatisfy(file ->
            assertThat(groups(Checkout.text(file)))
                .isSubsetOf(group(about), "${project.groupId}", "${inuse.group}"));
  }

  @Test
  void anotherGroupIsWrittenWhereverTheOneBeforeStands() throws IOException, InterruptedException {
    String pom =
        """
        <project>
          <groupId>inuse</groupId>
          <artifactId>inuse-parent</artifactId>
        </project>
        """;
    String example =
        """
        <groupId>example</groupId>
        <artifactId>server</artifactId>
            <groupId>inuse</groupId>
            <artifactId>inuse-java</artifactId>
        """;
    write("packaging/about", "group=io.example.people\n");
    write("pom.xml", pom);
    write("examples/a/pom.xml", example);
    write("docs/a.md", "mvn inuse:inuse-maven-plugin:0.1.0:explain is inuse\n");
    assertThat(groups(pom + example)).containsExactly("inuse", "inuse");

    assertThat(run()).isZero();

    assertThat(directory.resolve("pom.xml"))
        .hasContent(pom.replace(">inuse<", ">io.example.people<"));
    assertThat(directory.resolve("examples/a/pom.xml"))
        .hasContent(example.replace(">inuse<", ">io.example.people<"));
    assertThat(directory.resolve("docs/a.md"))
        .hasContent("mvn io.example.people:inuse-maven-plugin:0.1.0:explain is inuse\n");
  }

  @Test
  void whatIsNoGroupIsNotWritten() throws IOException, InterruptedException {
    write("packaging/about", "group='io/example'\n");
    write("pom.xml", "<project>\n  <groupId>inuse</groupId>\n</project>\n");

    assertThat(run()).isEqualTo(2);
    assertThat(directory.resolve("pom.xml")).content().contains("<groupId>inuse</groupId>");
  }

  private void write(String file, String text) throws IOException {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private int run() throws IOException, InterruptedException {
    write("packaging/group", Checkout.text(Checkout.root().resolve("packaging").resolve("group")));
    Process process =
        new ProcessBuilder("bash", directory.resolve("packaging/group").toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(output).isNotEmpty();
    return process.waitFor();
  }

  private static String group(String about) {
    return about
        .lines()
        .filter(line -> line.startsWith("group="))
        .findFirst()
        .orElseThrow()
        .substring(6);
  }

  private static List<String> groups(String text) {
    return OURS.matcher(text)
        .results()
        .map(match -> match.group(1) == null ? match.group(2) : match.group(1))
        .toList();
  }
}
