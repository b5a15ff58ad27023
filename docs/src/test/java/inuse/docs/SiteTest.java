package inuse.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import inuse.rules.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The site is built from the tree, leads nowhere that is not there, loads nothing from elsewhere,
 * and says of each page what it is about. How it looks and what its scripts do is tried by
 * docs/site/look.
 */
class SiteTest {
  private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\"]*)\"");
  private static final Pattern TITLE = Pattern.compile("<title>([^<]+)</title>");
  private static final Pattern DESCRIPTION =
      Pattern.compile("<meta name=\"description\" content=\"([^\"]{15,})\">");
  private static final Pattern OUR_SCRIPT =
      Pattern.compile("<script src=\"(\\.\\.?/)+site\\.js\" defer></script>");
  private static final Pattern ADDRESS = Pattern.compile("<loc>https://[^/]+/([^<]*)</loc>");
  private static final Pattern BASE = Pattern.compile("<base href=\"/\">");
  private static final int SOMETHING_IS_MISSING = 77;

  @TempDir private Path directory;

  @Test
  void thePagesLeadSomewhereAndSayWhatTheyAreAbout() throws Exception {
    Path site = build();

    List<Path> pages = pages(site);
    assertThat(pages).hasSizeGreaterThan(100);
    assertThat(pages.stream().flatMap(page -> flaws(page).stream().map(flaw -> page + ": " + flaw)))
        .isEmpty();
    assertThat(pages).extracting(SiteTest::title).doesNotHaveDuplicates();
    assertThat(addresses(Checkout.text(site.resolve("sitemap.xml"))))
        .containsExactlyInAnyOrderElementsOf(
            pages.stream()
                .map(page -> site.relativize(page).toString())
                .filter(page -> !page.equals("404.html"))
                .map(page -> page.equals("index.html") ? "" : page)
                .toList());
    assertThat(own(site))
        .allSatisfy(file -> assertThat(Checkout.text(file)).doesNotContain("http:", "https:"));
    assertThat(Checkout.text(site.resolve("errors.html")).split("<section class=\"error\"", -1))
        .hasSize(messages() + 1);
  }

  @Test
  void faultsOfAPageAreFound() throws IOException {
    Files.writeString(directory.resolve("there.html"), "<h2 id=\"here\">");
    Path page = directory.resolve("page.html");
    Files.writeString(
        page,
        """
        <title></title><meta name="description" content="short">
        <a href="there.html#here"> <a href="there.html#gone"> <a href="gone.html"> <a href="#gone">
        <a href="https://example.org/"> <img src="https://example.org/x.png"> <script></script>
        """);

    assertThat(flaws(page))
        .containsExactly(
            "there.html#gone",
            "gone.html",
            "#gone",
            "https://example.org/x.png",
            "<script",
            "no title",
            "no description");
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
    if (exit == SOMETHING_IS_MISSING) {
      System.out.println("DOCS: the site SKIPPED: " + Checkout.text(log).strip());
      abort(Checkout.text(log));
    }
    assertThat(exit).as("%s", Checkout.text(log)).isZero();
    return site;
  }

  private static List<Path> pages(Path site) throws IOException {
    try (Stream<Path> files = Files.walk(site)) {
      return files.filter(file -> file.toString().endsWith(".html")).sorted().toList();
    }
  }

  /** What every page loads. */
  private static List<Path> own(Path site) {
    return List.of(site.resolve("site.js"), site.resolve("style.css"));
  }

  private static int messages() {
    Path list = Path.of("core/src/test/resources/inuse/core/ask/input/complaints.txt");
    return (int)
        Checkout.text(Checkout.root().resolve(list))
            .lines()
            .filter(line -> !line.isEmpty() && !line.startsWith("# "))
            .count();
  }

  private static List<String> addresses(String sitemap) {
    return ADDRESS.matcher(sitemap).results().map(address -> address.group(1)).toList();
  }

  private static String title(Path page) {
    Matcher title = TITLE.matcher(Checkout.text(page));
    return title.find() ? title.group(1) : "";
  }

  private static List<String> flaws(Path page) {
    // At home anywhere: what is not there is asked for at any address.
    String text = BASE.matcher(Checkout.text(page)).replaceAll("");
    List<String> flaws = new ArrayList<>();
    LINK.matcher(text)
        .results()
        .filter(link -> !leads(page, link.group().startsWith("src"), link.group(1)))
        .forEach(link -> flaws.add(link.group(1)));
    if (OUR_SCRIPT.matcher(text).replaceAll("").contains("<script")) {
      flaws.add("<script");
    }
    if (title(page).isBlank()) {
      flaws.add("no title");
    }
    if (!DESCRIPTION.matcher(text).find()) {
      flaws.add("no description");
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
