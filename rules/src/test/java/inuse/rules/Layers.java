package inuse.rules;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The dependency rules of the tree. The root package is a parameter, so that the same rules that
 * hold for {@code inuse} can be shown to fire on {@code inuse.planted}.
 */
final class Layers {
  private static final Set<String> WAYS_TO_READ_A_CLOCK =
      Set.of("now", "currentTimeMillis", "nanoTime", "systemDefault", "systemUTC");

  private static final Pattern REFLECTION =
      Pattern.compile(
          "forName|newInstance|get(Declared|Enclosing|Record|Permitted)?"
              + "(Method|Field|Constructor|Component|Classe|Subclasse)s?");

  private static final Pattern EMPTY_NAME = Pattern.compile(".*(Utils?|Helper|Manager|Impl)");

  /** What pm2, runit and their like call themselves, and everyone else calls them. */
  private static final String FIELD_TERM = "core.evidence.ProcessManager";

  private final String root;

  Layers(String root) {
    this.root = root;
  }

  /** Every rule by its name. */
  Map<String, ArchRule> rules() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    dependencyRules(rules);
    doorRules(rules);
    purityRules(rules);
    tuneRules(rules);
    placeRules(rules);
    nameRules(rules);
    rules.replaceAll((name, rule) -> rule.allowEmptyShould(true));
    return rules;
  }

  private void dependencyRules(Map<String, ArchRule> rules) {
    rules.put("kernel knows only java", only("kernel..", "kernel.."));
    rules.put(
        "core has no third-party dependency, and no face", only("core..", "core..", "kernel.."));
    rules.put("evidence knows nothing", only("core.evidence..", "core.evidence.."));
    rules.put(
        "io knows evidence and kernel",
        only("core.io..", "core.io..", "core.evidence..", "kernel.."));
    rules.put(
        "events know evidence, io and kernel",
        only("core.events..", "core.events..", "core.io..", "core.evidence..", "kernel.."));
    rules.put(
        "ask knows evidence, io and kernel",
        only("core.ask..", "core.ask..", "core.io..", "core.evidence..", "kernel.."));
    rules.put(
        "explain knows evidence", only("core.explain..", "core.explain..", "core.evidence.."));
    rules.put(
        "list knows evidence and explain",
        only("core.list..", "core.list..", "core.explain..", "core.evidence.."));
    rules.put(
        "fix knows evidence and explain",
        classes()
            .that(in("core.fix..").and(not(isNamed(".*Effects"))))
            .should()
            .onlyDependOnClassesThat(isOf("core.fix..", "core.explain..", "core.evidence..")));
    rules.put(
        "the effects of fix know the kernel besides",
        classes()
            .that(in("core.fix..").and(isNamed(".*Effects")))
            .should()
            .onlyDependOnClassesThat(
                isOf("core.fix..", "core.explain..", "core.evidence..", "core.io..", "kernel..")));
    rules.put(
        "tune knows evidence",
        classes()
            .that(in("core.tune..").and(not(isNamed(".*Effects"))))
            .should()
            .onlyDependOnClassesThat(isOf("core.tune..", "core.evidence..")));
    rules.put(
        "the effects of tune know the kernel besides",
        classes()
            .that(in("core.tune..").and(isNamed(".*Effects")))
            .should()
            .onlyDependOnClassesThat(
                isOf("core.tune..", "core.evidence..", "core.io..", "kernel..")));
    rules.put(
        "run knows evidence, io and kernel",
        only("run..", "run..", "core.evidence..", "core.io..", "kernel.."));
    rules.put(
        "cli knows no implementation of the system calls",
        only("cli..", "cli..", "mcp..", "record..", "render..", "run..", "core..", "kernel.."));
    rules.put(
        "mcp knows no command line and no kernel", only("mcp..", "mcp..", "render..", "core.."));
    rules.put(
        "record knows no command line",
        only("record..", "record..", "render..", "core..", "kernel.."));
    rules.put(
        "serve knows no command line and no recorder",
        classes()
            .that(in("serve.."))
            .should()
            .onlyDependOnClassesThat(
                isOf("serve..", "jvm..", "render..", "core..", "kernel..")
                    .or(
                        JavaClass.Predicates.resideInAnyPackage(
                            "com.sun.net.httpserver",
                            "javax.net.ssl",
                            "io.prometheus..",
                            "io.nats.."))));
    rules.put(
        "NATS only in the fleet",
        noClasses()
            .that(in("..").and(not(in("serve.fleet.."))))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.nats.."));
    rules.put("render knows no command line", only("render..", "render..", "core..", "kernel.."));
    rules.put("the library for Java 17 knows only java", only("java..", "java.."));
    rules.put(
        "junit knows the library for Java 17 and Jupiter",
        plugIn("junit..", "org.junit..", "org.opentest4j.."));
    rules.put(
        "the analyzer knows the library for Java 17 and Spring Boot",
        plugIn("spring..", "org.springframework..", "org.apache.commons.logging.."));
    rules.put(
        "the Maven plugin knows the library for Java 17 and Maven",
        plugIn("maven..", "org.apache.maven.."));
    rules.put("no circle of packages", classes().that(in("..")).should(new PackageCircles()));
  }

  /** What is for a framework knows that, and the library for Java 17. */
  private ArchRule plugIn(String own, String... framework) {
    return classes()
        .that(in(own))
        .should()
        .onlyDependOnClassesThat(
            isOf(own, "java..").or(JavaClass.Predicates.resideInAnyPackage(framework)));
  }

  /** Which doors the modules go through. */
  private void doorRules(Map<String, ArchRule> rules) {
    rules.put(
        "a module uses what is exported to it",
        // The executable is compiled from a class path, and has no modules.
        classes().that(in("..").and(not(in("teavm..")))).should(new ModuleExports(root)));
    rules.put(
        "only effects and run change the machine",
        noClasses()
            .that(
                in("core..")
                    .or(in("render.."))
                    .or(in("mcp.."))
                    .or(in("cli.."))
                    .and(not(isNamed(".*Effects")))
                    // They pass on what others ask for; a program that is asked is ended in time.
                    .and(not(isNamed(".*[.]core[.]io[.](UnixHttp|EngineApi|ExternalCommand)")))
                    // It writes to its own terminal, and starts a pager there.
                    .and(not(in("cli.terminal.."))))
            .should()
            .accessTargetWhere(target(Actions::isOne, "the machine is changed")));
    rules.put(
        "cli knows the kernel through its terminal alone",
        noClasses()
            .that(in("cli..").and(not(in("cli.terminal.."))))
            .should()
            .dependOnClassesThat(in("kernel..")));
    rules.put(
        "core says nothing of the command line",
        noClasses()
            .that(
                in("core..")
                    // Its options are systemctl's.
                    .and(not(isNamed(".*[.]core[.]ask[.]supervision[.]Systemd")))
                    // Their option is that of concurrently, another program.
                    .and(not(isNamed(".*[.]core[.]ask[.]supervision[.]Watchers")))
                    .and(not(isNamed(Pattern.quote(inRoot(FIELD_TERM)))))
                    // A file that we leave names the program that wrote it, and takes it back.
                    .and(not(isNamed(".*[.]core[.]tune[.](SysctlFile|UndoRecord)"))))
            .should(new CommandLineWords()));
  }

  private void purityRules(Map<String, ArchRule> rules) {
    rules.put(
        "explanation and plan read no clock",
        pure().should().accessTargetWhere(target(Layers::readsClock, "a clock is read")));
    rules.put(
        "explanation and plan hold no clock",
        pure().should().dependOnClassesThat(assignableTo("java.time.Clock")));
    rules.put(
        "explanation and plan read no file",
        pure()
            .should()
            .dependOnClassesThat(
                JavaClass.Predicates.resideInAnyPackage(
                    "java.io", "java.nio.file..", "java.nio.channels..")));
    rules.put(
        "explanation and plan know no thread",
        pure().should().dependOnClassesThat(assignableTo("java.lang.Thread")));
    rules.put(
        "explanation and plan know no kernel",
        pure()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(inRoot("kernel.."), inRoot("core.ask..")));
  }

  /** The same for settings, where everything but the effects is pure. */
  private void tuneRules(Map<String, ArchRule> rules) {
    rules.put(
        "the judgement of settings reads no clock",
        pureOfTune().should().accessTargetWhere(target(Layers::readsClock, "a clock is read")));
    rules.put(
        "the judgement of settings knows no clock, file, thread or kernel",
        pureOfTune()
            .should()
            .dependOnClassesThat(
                assignableTo("java.time.Clock", "java.lang.Thread")
                    .or(
                        JavaClass.Predicates.resideInAnyPackage(
                            "java.io",
                            "java.nio.file..",
                            "java.nio.channels..",
                            inRoot("kernel.."),
                            inRoot("core.ask..")))));
  }

  private void placeRules(Map<String, ArchRule> rules) {
    rules.put(
        "java.lang.foreign only in jvm",
        noClasses()
            .that(in("..").and(not(in("jvm.."))))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.lang.foreign.."));
    rules.put(
        "TeaVM only in teavm",
        noClasses()
            .that(in("..").and(not(in("teavm.."))))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.teavm.."));
    rules.put(
        "no reflection in what is compiled to C",
        compiledToC().should().accessTargetWhere(target(Layers::reflects, "reflection is used")));
    rules.put(
        "no reflective types in what is compiled to C",
        compiledToC().should().dependOnClassesThat().resideInAPackage("java.lang.reflect.."));
    rules.put(
        "no formatter in what is compiled to C",
        compiledToC().should().accessTargetWhere(target(Layers::formats, "a text is formatted")));
    rules.put(
        "no table of Unicode in what is compiled to C",
        compiledToC()
            .should()
            .accessTargetWhere(target(Layers::looksUpUnicode, "a character is looked up")));
    rules.put(
        "no call that breaks in what is compiled to C",
        compiledToC()
            .should()
            .accessTargetWhere(target(Layers::breaksInC, "TeaVM compiles it to something wrong")));
    rules.put(
        "no threads in what is compiled to C",
        compiledToC()
            .should()
            .dependOnClassesThat(
                assignableTo(
                    "java.lang.Thread",
                    "java.lang.ThreadGroup",
                    "java.util.concurrent.Executor",
                    "java.util.concurrent.Executors",
                    "java.util.concurrent.ForkJoinTask",
                    "java.util.concurrent.CompletionStage",
                    "java.util.Timer")));
    rules.put(
        "no java.nio.file in what is compiled to C",
        compiledToC().should().dependOnClassesThat().resideInAPackage("java.nio.file.."));
    rules.put(
        "no java.lang.Process in what is compiled to C",
        compiledToC()
            .should()
            .dependOnClassesThat(
                assignableTo(
                    "java.lang.Process",
                    "java.lang.ProcessBuilder",
                    "java.lang.ProcessHandle",
                    "java.lang.Runtime")));
    rules.put(
        "environment and exit go through the port",
        compiledToC()
            .should()
            .accessTargetWhere(
                target(is("java.lang.System", "getenv", "exit"), "System is asked")));
    rules.put(
        "input and output go through the port",
        compiledToC()
            .should()
            .accessTargetWhere(
                target(is("java.lang.System", "out", "err", "in"), "System's streams are used")));
  }

  private void nameRules(Map<String, ArchRule> rules) {
    rules.put(
        "a class is named after what it is",
        noClasses()
            .that(in("..").and(not(isNamed(Pattern.quote(inRoot(FIELD_TERM))))))
            .should()
            .haveNameMatching(EMPTY_NAME.pattern()));
    rules.put(
        "a package is named after what it holds",
        noClasses()
            .that(in(".."))
            .should()
            .resideInAnyPackage("..common..", "..misc..", "..util..", "..utils.."));
  }

  private ArchRule only(String layer, String... known) {
    return classes().that(in(layer)).should().onlyDependOnClassesThat(isOf(known));
  }

  private GivenClassesConjunction pure() {
    return noClasses()
        .that(
            in("core.explain..")
                .or(
                    in("core..")
                        .and(isNamed(".*[.$](Planner|HolderPlanner|PlanDraft|SafetyRules)"))));
  }

  private GivenClassesConjunction pureOfTune() {
    return noClasses().that(in("core.tune..").and(not(isNamed(".*Effects"))));
  }

  private GivenClassesConjunction compiledToC() {
    return noClasses()
        .that(
            in("kernel..")
                .or(in("core.."))
                .or(in("render.."))
                .or(in("run.."))
                .or(in("mcp.."))
                .or(in("record.."))
                .or(in("cli..")));
  }

  private String inRoot(String layer) {
    return layer.equals("..") ? root + ".." : root + "." + layer;
  }

  private DescribedPredicate<JavaClass> in(String layer) {
    return JavaClass.Predicates.resideInAPackage(inRoot(layer));
  }

  /** Java itself, JSpecify and these layers; an array is what its elements are. */
  private DescribedPredicate<JavaClass> isOf(String... layers) {
    String[] packages =
        Stream.concat(
                Stream.of("java..", "org.jspecify.annotations"),
                Arrays.stream(layers).map(this::inRoot))
            .toArray(String[]::new);
    DescribedPredicate<JavaClass> known = JavaClass.Predicates.resideInAnyPackage(packages);
    return describe(
        String.join(" or ", packages),
        type ->
            type.getBaseComponentType().isPrimitive() || known.test(type.getBaseComponentType()));
  }

  private static <T> DescribedPredicate<T> not(DescribedPredicate<T> predicate) {
    return DescribedPredicate.not(predicate);
  }

  private static DescribedPredicate<JavaClass> isNamed(String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    return describe(
        "named " + pattern,
        type -> {
          String name = type.getName();
          // A nested class, a lambda or a switch's helper belongs to its outermost class.
          int nested = name.indexOf('$');
          return compiled.matcher(nested < 0 ? name : name.substring(0, nested)).matches()
              || compiled.matcher(name).matches();
        });
  }

  private static DescribedPredicate<JavaClass> assignableTo(String... names) {
    return describe(
        String.join(", ", names),
        type -> List.of(names).stream().anyMatch(name -> type.isAssignableTo(name)));
  }

  private static DescribedPredicate<JavaAccess<?>> target(
      Predicate<JavaAccess<?>> predicate, String description) {
    return describe(description, predicate);
  }

  private static Predicate<JavaAccess<?>> is(String owner, String... names) {
    return access ->
        owner(access).equals(owner) && List.of(names).contains(access.getTarget().getName());
  }

  private static boolean readsClock(JavaAccess<?> access) {
    String owner = owner(access);
    return WAYS_TO_READ_A_CLOCK.contains(access.getTarget().getName())
        && (owner.equals("java.lang.System") || owner.startsWith("java.time."));
  }

  private static boolean reflects(JavaAccess<?> access) {
    return owner(access).equals("java.lang.Class")
        && REFLECTION.matcher(access.getTarget().getName()).matches();
  }

  private static boolean formats(JavaAccess<?> access) {
    return is("java.lang.String", "format", "formatted").test(access)
        || is("java.time.Instant", "toString", "parse").test(access)
        || owner(access).equals("java.util.Formatter")
        || owner(access).startsWith("java.time.format.");
  }

  /** To unpack a table of Unicode takes a tenth of the time of an answer. */
  private static boolean looksUpUnicode(JavaAccess<?> access) {
    return is(
                "java.lang.String",
                "strip",
                "stripLeading",
                "stripTrailing",
                "toLowerCase",
                "toUpperCase",
                "equalsIgnoreCase")
            .test(access)
        || is(
                "java.lang.Character",
                "getType",
                "isDigit",
                "isLetter",
                "isLetterOrDigit",
                "isWhitespace",
                "isSpaceChar",
                "isUpperCase",
                "isLowerCase")
            .test(access);
  }

  /**
   * Encoders of a charset and clones of an array of numbers write behind the end of an array, and
   * encoders lose characters besides; looking something up in an empty copy of a map divides by
   * zero; only a space is blank, and no tab and no newline.
   */
  private static boolean breaksInC(JavaAccess<?> access) {
    return is("java.lang.String", "getBytes", "isBlank").test(access)
        || is("java.util.Map", "copyOf").test(access)
        || is("java.util.Set", "copyOf").test(access)
        || (access.getTargetOwner().tryGetComponentType().filter(JavaClass::isPrimitive).isPresent()
            && access.getTarget().getName().equals("clone"));
  }

  private static String owner(JavaAccess<?> access) {
    return access.getTargetOwner().getName();
  }
}
