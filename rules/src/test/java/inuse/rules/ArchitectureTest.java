package inuse.rules;

import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The dependency rules of the tree, each shown to fire. */
class ArchitectureTest {
  /** The class below inuse.planted that breaks the rule of that name. */
  private static final Map<String, String> PLANTED =
      Map.ofEntries(
          entry("kernel knows only java", "kernel.KnowsCore"),
          entry("core has no third-party dependency, and no face", "core.KnowsThirdParty"),
          entry("evidence knows nothing", "core.evidence.KnowsKernel"),
          entry("io knows evidence and kernel", "core.io.KnowsAsk"),
          entry("ask knows evidence, io and kernel", "core.ask.KnowsExplain"),
          entry("explain knows evidence", "core.explain.KnowsFix"),
          entry("fix knows evidence and explain", "core.fix.KnowsKernel"),
          entry("the effects of fix know the kernel besides", "core.fix.AskingEffects"),
          entry("tune knows evidence", "core.tune.KnowsFix"),
          entry("the effects of tune know the kernel besides", "core.tune.AskingEffects"),
          entry("the judgement of settings reads no clock", "core.tune.ReadsClock"),
          entry(
              "the judgement of settings knows no clock, file, thread or kernel",
              "core.tune.KnowsKernel"),
          entry("run knows evidence, io and kernel", "run.KnowsAsk"),
          entry("render knows no command line", "render.KnowsCli"),
          entry("no circle of packages", "core.circle.one.KnowsTwo"),
          entry("cli knows no implementation of the system calls", "cli.KnowsJvm"),
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
          entry(
              "no charset encoders and no clones of arrays of numbers in what is compiled to C",
              "cli.EncodesText"),
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
            .importPackages("inuse");
    planted = new ClassFileImporter().importPackages("inuse.planted");
  }

  static Set<String> names() {
    return new Layers("inuse").rules().keySet();
  }

  @ParameterizedTest
  @MethodSource("names")
  void holds(String name) {
    rule("inuse", name).check(shipped);
  }

  @ParameterizedTest
  @MethodSource("names")
  void firesOnAPlantedViolation(String name) {
    String violator = "inuse.planted." + requireNonNull(PLANTED.get(name), name);
    assertThat(rule("inuse.planted", name).evaluate(planted).getFailureReport().getDetails())
        .as("what '%s' finds", name)
        .anySatisfy(line -> assertThat(line).contains(violator));
  }

  @Test
  void shippedClassesAreReadAndPlantedOnesAreNotAmongThem() {
    assertThat(shipped.stream().map(type -> type.getPackageName()))
        .contains("inuse.kernel", "inuse.kernel.netlink", "inuse.cli", "inuse.teavm")
        .noneMatch(name -> name.startsWith("inuse.planted"));
  }

  @Test
  void innocentClassesBreakNoRule() {
    for (Map.Entry<String, ArchRule> rule : new Layers("inuse.planted").rules().entrySet()) {
      assertThat(rule.getValue().evaluate(planted).getFailureReport().getDetails())
          .as(rule.getKey())
          .noneMatch(line -> line.contains("Innocent"));
    }
  }

  private static ArchRule rule(String root, String name) {
    return requireNonNull(new Layers(root).rules().get(name));
  }
}
