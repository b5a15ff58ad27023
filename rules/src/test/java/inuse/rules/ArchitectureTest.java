package inuse.rules;

import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleReference;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The dependency rules of the tree, each shown to fire. */
class ArchitectureTest {
  /** The class below inuse.planted that breaks the rule of that name. */
  private static final Map<String, String> PLANTED =
      Map.ofEntries(
          entry("kernel knows only java", "kernel.KnowsCore"),
          entry("core has no third-party dependency, and no face", "core.KnowsThirdParty"),
          entry("evidence knows nothing", "core.evidence.KnowsKernel"),
          entry("io knows evidence and kernel", "core.io.KnowsAsk"),
          entry("events know evidence, io and kernel", "core.events.KnowsFix"),
          entry("ask knows evidence, io and kernel", "core.ask.KnowsExplain"),
          entry("explain knows evidence", "core.explain.KnowsFix"),
          entry("fix knows evidence and explain", "core.fix.KnowsKernel"),
          entry("list knows evidence and explain", "core.list.KnowsFix"),
          entry("the effects of fix know the kernel besides", "core.fix.AskingEffects"),
          entry("tune knows evidence", "core.tune.KnowsFix"),
          entry("the effects of tune know the kernel besides", "core.tune.AskingEffects"),
          entry("the judgement of settings reads no clock", "core.tune.ReadsClock"),
          entry(
              "the judgement of settings knows no clock, file, thread or kernel",
              "core.tune.KnowsKernel"),
          entry("run knows evidence, io and kernel", "run.KnowsAsk"),
          entry("render knows no command line", "render.KnowsCli"),
          entry("mcp knows no command line and no kernel", "mcp.KnowsCli"),
          entry("record knows no command line", "record.KnowsCli"),
          entry("serve knows no command line and no recorder", "serve.KnowsCli"),
          entry("NATS only in the fleet", "serve.KnowsNats"),
          entry("the library for Java 17 knows only java", "java.KnowsKernel"),
          entry("junit knows the library for Java 17 and Jupiter", "junit.KnowsKernel"),
          entry("the analyzer knows the library for Java 17 and Spring Boot", "spring.KnowsKernel"),
          entry("the Maven plugin knows the library for Java 17 and Maven", "maven.KnowsKernel"),
          entry("no circle of packages", "core.circle.one.KnowsTwo"),
          entry("cli knows no implementation of the system calls", "cli.KnowsJvm"),
          entry("a module uses what is exported to it", "jvm.KnowsInternals"),
          entry("only effects and run change the machine", "core.ask.ChangesMachine"),
          entry("cli knows the kernel through its terminal alone", "cli.KnowsKernel"),
          entry("core says nothing of the command line", "core.explain.NamesOption"),
          entry("explanation and plan read no clock", "core.explain.ReadsClock"),
          entry("explanation and plan hold no clock", "core.explain.HoldsClock"),
          entry("explanation and plan read no file", "core.explain.causes.ReadsFile"),
          entry("explanation and plan know no thread", "core.fix.Planner"),
          entry("explanation and plan know no kernel", "core.explain.KnowsKernel"),
          entry("java.lang.foreign only in jvm", "core.Foreign"),
          entry("TeaVM only in teavm", "jvm.KnowsTeavm"),
          entry("no reflection in what is compiled to C", "kernel.Reflects"),
          entry("no reflective types in what is compiled to C", "core.HoldsMethod"),
          entry("no formatter in what is compiled to C", "cli.Formats"),
          entry("no table of Unicode in what is compiled to C", "cli.LooksUpUnicode"),
          entry("no call that breaks in what is compiled to C", "cli.BreaksInC"),
          entry("no threads in what is compiled to C", "cli.Threads"),
          entry("no java.nio.file in what is compiled to C", "kernel.ReadsPath"),
          entry("no java.lang.Process in what is compiled to C", "core.StartsProcess"),
          entry("environment and exit go through the port", "cli.Exits"),
          entry("input and output go through the port", "cli.Prints"),
          entry("a class is named after what it is", "kernel.PortUtils"),
          entry("a package is named after what it holds", "core.common.Something"));

  private static JavaClasses shipped = new ClassFileImporter().importClasses();
  private static JavaClasses planted = new ClassFileImporter().importClasses();

  @BeforeAll
  static void read() {
    shipped =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("inuse");
    planted = new ClassFileImporter().importPackages("inuse.planted");
  }

  static Set<String> names() {
    return new Layers("inuse").rules().keySet();
  }

  @ParameterizedTest
  @MethodSource("names")
  void holds(String name) {
    assertThat(violations("inuse", name, shipped)).as(name).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("names")
  void firesOnAPlantedViolation(String name) {
    String violator = "inuse.planted." + requireNonNull(PLANTED.get(name), name);
    assertThat(violations("inuse.planted", name, planted))
        .as("what '%s' finds", name)
        .anySatisfy(line -> assertThat(line).contains(violator));
  }

  @Test
  void shippedClassesAreReadAndPlantedOnesAreNotAmongThem() {
    assertThat(shipped.stream().map(type -> type.getPackageName()))
        .contains(
            "inuse.kernel",
            "inuse.kernel.netlink",
            "inuse.cli",
            "inuse.serve",
            "inuse.teavm",
            "inuse.java",
            "inuse.junit",
            "inuse.spring.boot",
            "inuse.maven")
        .noneMatch(name -> name.startsWith("inuse.planted"));
  }

  @Test
  void innocentClassesBreakNoRule() {
    Set<String> names = new HashSet<>(names());
    // That is on circles of planted classes, whatever else it knows.
    names.remove("no circle of packages");
    for (String name : names) {
      assertThat(violations("inuse.planted", name, planted))
          .as(name)
          .noneMatch(line -> line.contains("Innocent"));
    }
  }

  @Test
  void aManagerIsNamedAfterNothingUnlessTheFieldCallsItSo() {
    assertThat(violations("inuse.planted", "a class is named after what it is", planted))
        .anyMatch(line -> line.contains("inuse.planted.core.evidence.PortManager"))
        .noneMatch(line -> line.contains("inuse.planted.core.evidence.ProcessManager"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SystemCalls.unlink",
        "SystemCalls.pidfdSendSignal",
        "SystemCalls.write",
        "SystemCalls.spawn",
        "NetlinkSocket.act",
        "ChildProcess.start",
        "UnixHttp.ask",
        "EngineApi.post"
      })
  void eachWayToChangeTheMachineIsSeen(String call) {
    assertThat(violations("inuse.planted", "only effects and run change the machine", planted))
        .anyMatch(line -> line.contains("ChangesMachine") && line.contains(call));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"--destroy", "\"give it back: inuse free", " left; --max "})
  void eachWordOfTheCommandLineIsSeen(String text) {
    assertThat(violations("inuse.planted", "core says nothing of the command line", planted))
        .anyMatch(line -> line.contains("NamesOption") && line.contains(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"String.getBytes", "[B.clone", "String.isBlank", "Map.copyOf", "Set.copyOf"})
  void eachCallThatBreaksInTheExecutableIsSeen(String call) {
    assertThat(violations("inuse.planted", "no call that breaks in what is compiled to C", planted))
        .anyMatch(line -> line.contains("BreaksInC") && line.contains(call));
  }

  /** What is exported to a module by name, and not used there, is exported to nobody. */
  @Test
  void everyQualifiedExportIsUsed() {
    assertThat(Modules.ours().values().stream().map(ModuleReference::descriptor))
        .allSatisfy(module -> assertThat(unusedExports(module)).isEmpty());
    assertThat(
            unusedExports(
                ModuleDescriptor.newModule("planted")
                    .packages(Set.of("inuse.core.io"))
                    .exports("inuse.core.io", Set.of("inuse.run", "inuse.kernel"))
                    .build()))
        .containsExactly("inuse.core.io to inuse.kernel");
  }

  private static List<String> unusedExports(ModuleDescriptor module) {
    return module.exports().stream()
        .flatMap(export ->
            export.targets().stream()
                .filter(target -> !ModuleExports.isUsed(export, target, shipped))
                .map(target -> export.source() + " to " + target))
        .toList();
  }

  private static List<String> violations(String root, String name, JavaClasses types) {
    ArchRule rule = requireNonNull(new Layers(root).rules().get(name));
    return rule.evaluate(types).getFailureReport().getDetails();
  }
}
