package inuse.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import inuse.rules.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The site is built from the tree, leads nowhere that is not there, and loads nothing from
 * elsewhere.
 */
class SiteTest {
  private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\"]*)\"");
  private static final int HUGO_IS_MISSING = 77;

  @TempDir private Path directory;

  @Test
  void noLinkIsDeadAndNothingComesFromElsewhere() throws Exception {
    Path site = build();

    List<Path> pages = pages(site);
    assertThat(pages).hasSizeGreaterThan(50);
    assertThat(pages).allSatisfy(page -> assertThat(flaws(page)).isEmpty());
  }

  @Test
  void deadLinksAndForeignScriptsAreFound() throws IOException {
    Files.writeString(directory.resolve("there.html"), "<h2 id=\"here\">");
    Path page = directory.resolve("page.html");
    Files.writeString(
        page,
        """
        <a href="there.html#here"> <a href="there.html#gone"> <a href="gone.html"> <a href="#gone">
        <a href="https://example.org/"> <img src="https://example.org/x.png"> <script></script>
        """);

    assertThat(flaws(page))
        .containsExactly(
            "there.html#gone", "gone.html", "#gone", "https://example.org/x.png", "<script");
  }

  @SuppressWarnings("SystemOut") // the one line that must not be missed
  private Path build() throws IOException, InterruptedException {
    Path executable = Checkout.root().resolve("native/target/inuse");
    Path site = directory.resolve("site");
    Path log = directory.resolve("log");
    if (!Files.isExecutable(executable)) {
      System.out.println("DOCS: the site SKIPPED: not built yet: " + executable);
      abort("not built yet: " + executable);
    }
    ProcessBuilder builder =
        new ProcessBuilder(Checkout.root().resolve("docs/site/build").toString(), site.toString());
    builder.environment().put("INUSE", executable.toString());
    int exit = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor();
    if (exit == HUGO_IS_MISSING) {
      System.out.println("DOCS: the site SKIPPED: hugo is missing");
      abort("hugo is missing");
    }
    assertThat(exit).as("%s", Checkout.text(log)).isZero();
    return site;
  }

  private static List<Path> pages(Path site) throws IOException {
    try (Stream<Path> files = Files.walk(site)) {
      return files.filter(file -> file.toString().endsWith(".html")).sorted().toList();
    }
  }

  private static List<String> flaws(Path page) {
    String text = Checkout.text(page);
    List<String> flaws = new ArrayList<>();
    LINK.matcher(text)
        .results()
        .filter(link -> !leads(page, link.group().startsWith("src"), link.group(1)))
        .forEach(link -> flaws.add(link.group(1)));
    if (text.contains("<script")) {
      flaws.add("<script");
    }
    return flaws;
  }

  /** Other sites are not asked. */
  private static boolean leads(Path page, boolean loads, String link) {
    if (link.startsWith("https://") || link.startsWith("http://")) {
      return !loads;
    }
    if (link.equals("data:,")) {
      return true;
    }
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target = file.isEmpty() ? page : page.resolveSibling(file);
    return Files.isRegularFile(target)
        && (hash < 0 || Checkout.text(target).contains("id=\"" + link.substring(hash + 1) + "\""));
  }
}
