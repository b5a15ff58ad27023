import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EndElementTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Generates the pages of {@code inuse explain} from the javadoc of the causes and of the kernel's
 * settings, docs/explain/*.md and docs/languages: as Java for the command, and as Markdown for
 * other readers.
 *
 * <p>Arguments: the root of the tree, the Java file to write, the directory for the Markdown.
 */
final class WritePages {
  private static final String CAUSES = "core/src/main/java/inuse/core/explain/causes";
  private static final String SETTINGS = "core/src/main/java/inuse/core/tune/Setting.java";
  private static final String TOPICS = "docs/explain";
  private static final String LANGUAGES = "docs/languages";

  /** The prefix of a page's second paragraph, which lists its other names. */
  private static final String ALSO = "Also: ";

  private final Path root;

  /** Pages by their names, in the order of the list. */
  private final Map<List<String>, Page> pages = new TreeMap<>(WritePages::compare);

  /** A page, and the directory for its kind. */
  private record Page(String kind, String text) {}

  private final Map<String, String> languages = new TreeMap<>();

  private WritePages(Path root) {
    this.root = root;
  }

  public static void main(String... arguments) throws IOException {
    WritePages work = new WritePages(Path.of(arguments[0]));
    work.readJavadoc();
    work.readTopics();
    work.readLanguages();
    work.writeJava(Path.of(arguments[1]));
    work.writeMarkdown(Path.of(arguments[2]));
  }

  private static int compare(List<String> one, List<String> other) {
    return String.CASE_INSENSITIVE_ORDER.compare(one.getFirst(), other.getFirst());
  }

  private void add(String kind, List<String> names, String text) {
    if (pages.putIfAbsent(names, new Page(kind, text)) != null) {
      throw new IllegalStateException("two pages are called " + names.getFirst());
    }
  }

  /** Adds a page under its title, and the names that its second paragraph lists. */
  private void add(String kind, String whole) {
    String text = whole;
    List<String> names = new ArrayList<>(List.of(title(text)));
    int also = text.indexOf("\n\n" + ALSO);
    if (also >= 0) {
      int end = text.indexOf("\n\n", also + 2);
      String line = text.substring(also + 2 + ALSO.length(), end).replace('\n', ' ');
      names.addAll(List.of(line.split(", ", -1)));
      text = text.substring(0, also) + text.substring(end);
    }
    add(kind, List.copyOf(names), text);
  }

  private void readJavadoc() throws IOException {
    List<Path> sources = new ArrayList<>(list(root.resolve(CAUSES), ".java"));
    if (Files.exists(root.resolve(SETTINGS))) {
      sources.add(root.resolve(SETTINGS));
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources));
      DocTrees trees = DocTrees.instance(task);
      for (var unit : task.parse()) {
        new Documented(trees).scan(unit, null);
      }
    }
  }

  /** Finds the causes by their id, and the settings by their constructor arguments. */
  private final class Documented extends TreePathScanner<Void, Void> {
    private final DocTrees trees;

    Documented(DocTrees trees) {
      this.trees = trees;
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      if (method.getName().contentEquals("id") && method.getBody() != null) {
        DocCommentTree comment = trees.getDocCommentTree(getCurrentPath().getParentPath());
        for (String id : texts(method.getBody())) {
          add("causes", page(id, comment));
        }
      }
      return null;
    }

    @Override
    public Void visitVariable(VariableTree variable, Void nothing) {
      boolean constant =
          variable.getInitializer() instanceof NewClassTree
              && getCurrentPath().getParentPath().getLeaf() instanceof ClassTree type
              && type.getKind() == Tree.Kind.ENUM
              && variable.getType().toString().contentEquals(type.getSimpleName());
      if (constant && getCurrentPath().getParentPath().getParentPath().getParentPath() == null) {
        String path = texts(variable.getInitializer()).getFirst();
        String full = path.replace('/', '.');
        String name = path.substring(path.lastIndexOf('/') + 1);
        // The second of two settings with one name gets its full name: net.ipv6.ip_nonlocal_bind.
        boolean second = pages.keySet().stream().anyMatch(names -> names.contains(name));
        add(
            "settings",
            second ? List.of(full) : List.of(name, full),
            page(second ? full : name, trees.getDocCommentTree(getCurrentPath())));
      }
      return super.visitVariable(variable, nothing);
    }
  }

  /** Every string constant below that node. */
  private static List<String> texts(Tree tree) {
    List<String> texts = new ArrayList<>();
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitLiteral(com.sun.source.tree.LiteralTree literal, Void nothing) {
        if (literal.getValue() instanceof String text) {
          texts.add(text);
        }
        return null;
      }
    }.scan(tree, null);
    return texts;
  }

  private static String page(String name, DocCommentTree comment) {
    if (comment == null) {
      throw new IllegalStateException("nothing is said about " + name);
    }
    StringBuilder text = new StringBuilder("# " + name + "\n\n");
    for (DocTree part : comment.getFullBody()) {
      text.append(markdown(part));
    }
    // Two pieces of code without anything between them are one: a comment cannot say both at once.
    return tidy(text.toString().replace("``", ""));
  }

  private static String markdown(DocTree part) {
    return switch (part) {
      case TextTree text -> text.getBody().replaceAll("\n +", "\n");
      case LiteralTree literal ->
          "`" + literal.getBody().getBody().strip().replaceAll("\\s+", " ") + "`";
      case LinkTree link -> "`" + link.getReference().getSignature() + "`";
      case StartElementTree start when start.getName().contentEquals("h2") -> "\n\n## ";
      case StartElementTree start when start.getName().contentEquals("p") -> "\n\n";
      case EndElementTree end when end.getName().contentEquals("h2") -> "\n\n";
      default -> throw new IllegalStateException("in a page for users: " + part);
    };
  }

  private static String tidy(String text) {
    return text.strip().replaceAll("\n{3,}", "\n\n");
  }

  private void readTopics() throws IOException {
    for (Path file : list(root.resolve(TOPICS), ".md")) {
      add("topics", tidy(Files.readString(file)));
    }
  }

  private static String title(String text) {
    return text.substring("# ".length(), text.indexOf('\n'));
  }

  private void readLanguages() throws IOException {
    if (!Files.isDirectory(root.resolve(LANGUAGES))) {
      return;
    }
    try (Stream<Path> directories = Files.list(root.resolve(LANGUAGES))) {
      for (Path directory : directories.filter(Files::isDirectory).toList()) {
        StringBuilder text =
            new StringBuilder(Files.readString(directory.resolve("about.md")).strip() + "\n");
        for (Path file : list(directory, "")) {
          if (!file.endsWith("about.md")) {
            text.append(snippet(file));
          }
        }
        languages.put(directory.getFileName().toString(), tidy(text.toString()));
      }
    }
  }

  /** The lines between [snippet] and [end], as Markdown. */
  private static String snippet(Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    boolean inside = false;
    for (String line : Files.readAllLines(file)) {
      if (line.contains("[end]")) {
        inside = false;
      }
      if (inside) {
        text.append(line).append('\n');
      }
      inside |= line.contains("[snippet]");
    }
    return "\n"
        + text.toString().stripTrailing().stripIndent().indent(4).replaceAll("(?m)^ +$", "");
  }

  private static List<Path> list(Path directory, String ending) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(one -> one.toString().endsWith(ending)).sorted().toList();
    }
  }

  private void writeJava(Path file) throws IOException {
    String text =
        """
        package inuse.cli.help;

        import java.util.List;
        import javax.annotation.processing.Generated;

        /** What is explained: written by the build, see WritePages. */
        @Generated("WritePages")
        public final class Pages {
          private Pages() {}

          /** The names of each page, the one that it is shown by first. */
          public static List<List<String>> names() {
            return List.of(%s);
          }

          /** The kind of each page: causes, settings or topics. */
          public static List<String> kinds() {
            return %s;
          }

          /** The languages. */
          public static List<String> languages() {
            return %s;
          }

          /** A page as Markdown. */
          public static String text(int page) {
            switch (page) {%s
              default -> throw new IllegalArgumentException("page " + page);
            }
          }

          /** How SO_REUSEADDR is set in a language, as Markdown. */
          public static String language(int language) {
            switch (language) {%s
              default -> throw new IllegalArgumentException("language " + language);
            }
          }
        }
        """
            .formatted(
                pages.keySet().stream()
                    .map(one -> "\n        " + list(one))
                    .collect(Collectors.joining(",")),
                list(pages.values().stream().map(Page::kind).toList()),
                list(languages.keySet()),
                cases(pages.values().stream().map(Page::text).toList()),
                cases(languages.values()));
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static String list(Collection<String> texts) {
    return "List.of("
        + texts.stream().map(WritePages::quoted).collect(Collectors.joining(", "))
        + ")";
  }

  private static String cases(Iterable<String> texts) {
    StringBuilder cases = new StringBuilder();
    int number = 0;
    for (String text : texts) {
      cases.append("\n      case ").append(number++).append(" -> {\n        return ");
      cases.append(quoted(text)).append(";\n      }");
    }
    return cases.toString();
  }

  private static String quoted(String text) {
    if (!text.chars().allMatch(one -> one == '\n' || one == '\t' || (one >= ' ' && one < 0x7f))) {
      throw new IllegalStateException("not ASCII: " + text);
    }
    return '"'
        + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t")
        + '"';
  }

  private void writeMarkdown(Path directory) throws IOException {
    for (var page : pages.entrySet()) {
      write(
          directory.resolve(page.getValue().kind()),
          page.getKey().getFirst(),
          page.getValue().text());
    }
    for (var language : languages.entrySet()) {
      write(directory.resolve("languages"), language.getKey(), language.getValue());
    }
  }

  private static void write(Path directory, String name, String text) throws IOException {
    Files.createDirectories(directory);
    String file = name.toLowerCase(Locale.ROOT).replaceAll("[ -]+", "-");
    Files.writeString(directory.resolve(file + ".md"), text + "\n");
  }
}
