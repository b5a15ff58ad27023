package inuse.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users' tests get, with the oldest Jupiter and the newest. */
class ExtensionsTest {
  private static final String OLDEST = "5.10.5";
  private static final String NEWEST = "6.1.3";

  /** Nothing but the namespace. */
  private static final String ALONE = "true";

  /** What {@link Fork#launchBesideServer} ends with. */
  private static final String HELD = "held 8080\n";

  @ParameterizedTest
  @ValueSource(strings = {OLDEST, NEWEST})
  void aParameterIsAHeldPortAsLongAsItsScope(String version) throws Exception {
    assertThat(Fork.jupiter(version).launch(Cases.Parameters.class, Cases.Composed.class))
        // Of the constructor of each of the four tests, and three of the class.
        .contains("held by the class 7")
        .endsWith("started 5, successful 5, failed 0, aborted 0\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {OLDEST, NEWEST})
  void whatIsWrongIsSaid(String version) throws Exception {
    assertThat(Fork.jupiter(version).launch(Cases.Wrong.class))
        .contains("@HeldPort is for parameters of another type than java.lang.String")
        .contains("@HeldPort is for parameters of another type than int[]")
        .contains("at least one port, not 0")
        .contains("No ParameterResolver registered for parameter [int")
        .endsWith("started 4, successful 0, failed 4, aborted 0\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {OLDEST, NEWEST})
  void aFailureByARefusedBindIsExplained(String version) throws Exception {
    String output = Fork.jupiter(version).launch(Cases.Refused.class);

    assertThat(output)
        .containsPattern(
            "FAILED theFailureNamesItsPort\\S* java.lang.IllegalStateException: Failed to bind to"
                + " /0.0.0.0:(\\d+)\nsuppressed \\1 is in use: java \\(pid \\d+")
        .containsPattern("entry theFailureNamesItsPort\\S* \\{inuse=\\d+ is in use: java")
        .containsPattern(
            "FAILED theFailureNamesNoPort\\S* java.net.BindException: Address already in use"
                + ".*\nsuppressed a bind was refused, and there is no port in the message: .*\n"
                + "of the ports of this test: \\d+ is in use: java \\(pid \\d+")
        .containsPattern(
            "FAILED theServerDoesNotSetTheOption.*\nsuppressed .*\n"
                + "of the ports of this test: \\d+ is free for a server that sets SO_REUSEADDR"
                + " only: java")
        .containsPattern("FAILED anotherFailure.*\n(?!suppressed)")
        .doesNotContainPattern("entry anotherFailure")
        .endsWith("started 4, successful 0, failed 4, aborted 0\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {OLDEST, NEWEST})
  void lifecycleMethodsAndWholeModulesCanBeExplained(String version) throws Exception {
    Fork fork = Fork.jupiter(version);
    assertThat(fork.launch(Cases.Explained.class, Cases.Unannotated.class))
        .containsOnlyOnce("\nsuppressed 127.0.0.1:1 is free\n")
        .endsWith("started 2, successful 0, failed 2, aborted 0\n");
    assertThat(fork.launchWithDetection(Cases.Unannotated.class))
        .contains("\nsuppressed 127.0.0.1:1 is free\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {OLDEST, NEWEST})
  void aTestThatNeedsAPortFailsBeforeItBeginsWhereItIsTaken(String version) throws Exception {
    Fork taken = Fork.jupiter(version).in(ALONE);

    assertThat(taken.launchBesideServer(Cases.NeedsPorts.class))
        .contains("8080 is in use: java")
        .contains("entry ")
        .doesNotContain("class begun", "test ran", "8081 is")
        .endsWith("started 0, successful 0, failed 1, aborted 0\n" + HELD);
    assertThat(taken.launchBesideServer(Cases.OneNeedsPort.class))
        .containsPattern("FAILED needsIt\\S* org.opentest4j.AssertionFailedError: 8080 is in use")
        .containsOnlyOnce("before each")
        .doesNotContain("test ran")
        .endsWith("started 2, successful 1, failed 1, aborted 0\n" + HELD);
    assertThat(taken.launchBesideServer(Cases.SkippedWithoutPort.class))
        .contains("ABORTED ", "TestAbortedException: 8080 is in use: java")
        .doesNotContain("test ran")
        .endsWith("started 0, successful 0, failed 0, aborted 1\n" + HELD);
  }

  @Test
  void aTestThatNeedsAPortRunsWhereItIsFree() throws Exception {
    assertThat(
            Fork.jupiter(NEWEST)
                .in(ALONE)
                .launch(
                    Cases.NeedsPorts.class,
                    Cases.OneNeedsPort.class,
                    Cases.SkippedWithoutPort.class))
        .contains("class begun")
        .endsWith("started 4, successful 4, failed 0, aborted 0\n");
  }

  @Test
  void withoutAnExecutableABindDecidesAndTheMessageSaysWhy() throws Exception {
    String usual = System.getProperty("inuse.executable");
    System.setProperty("inuse.executable", "/nonexistent/inuse");
    try {
      assertThat(Fork.jupiter(NEWEST).in(ALONE).launchBesideServer(Cases.NeedsPorts.class))
          .contains(
              "8080 cannot be bound: Address already in use; what holds it could not be found")
          .endsWith("started 0, successful 0, failed 1, aborted 0\n" + HELD);
      assertThat(
              Fork.jupiter(NEWEST).in(ALONE).launch(Cases.NeedsPorts.class, Cases.Parameters.class))
          .endsWith("started 5, successful 5, failed 0, aborted 0\n");
    } finally {
      System.setProperty("inuse.executable", usual);
    }
  }

  /** 4 forked JVMs with 200 tests each, beside a thief in a range of 400 ports. */
  @Test
  void heldPortsAreNeverRefusedAndPortsThatWereFreeAre() throws Exception {
    String narrow = "echo '40000 40399' >/proc/sys/net/ipv4/ip_local_port_range";

    String held = Fork.jupiter(NEWEST).in(narrow).race(4, Cases.Held.class);
    assertThat(held.split("started 200, successful 200, failed 0, aborted 0\n", -1)).hasSize(5);
    assertThat(held).doesNotContain("BindException").endsWith("thief at work\n");

    String closed = Fork.jupiter(NEWEST).in(narrow).race(4, Cases.Closed.class);
    assertThat(closed).endsWith("thief at work\n");
    assertThat(failures(closed)).as("the thief has to be one: %s", closed).isPositive();
  }

  private static int failures(String output) {
    int failures = 0;
    Matcher matcher =
        Pattern.compile("started 200, successful \\d+, failed (\\d+)").matcher(output);
    while (matcher.find()) {
      failures += Integer.parseInt(matcher.group(1));
    }
    return failures;
  }
}
