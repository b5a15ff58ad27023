package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a Spring Boot application says when its port is taken, with inuse-spring-boot and without.
 */
final class SpringBootTest extends Scenarios {
  static final String TAKEN = "Web server failed to start. Port 8080 was already in use.";

  private static final String USUAL_WAY_OUT =
      "Identify and stop the process that's listening on port 8080 or configure this application to"
          + " listen on another port.";

  private static final String EXECUTABLE = "-Dinuse.executable=" + Programs.EXECUTABLE;

  private static final String NO_EXECUTABLE = "-Dinuse.executable=/nonexistent/inuse";

  SpringBootTest() {
    super(Way.EXECUTABLE);
  }

  /** With inuse-spring-boot and the executable under test. */
  static List<String> withAnalyzer(BootApplication application, String... options) {
    return BootApplication.command(classPath(application), List.of(EXECUTABLE), options);
  }

  private static List<String> classPath(BootApplication application) {
    // Behind Spring Boot: its place on the class path must not matter.
    List<String> places = new ArrayList<>(application.classPath());
    places.addAll(BootApplication.analyzer());
    return places;
  }

  private String failure(List<String> command) {
    Output output = lab.output(command.toArray(String[]::new));
    assertThat(output.exitCode()).as("%s", output).isEqualTo(1);
    return output.standardOutput();
  }

  @ParameterizedTest
  @CsvSource({
    "TOMCAT_3_5, LISTENER",
    "JETTY_3_5, TIME_WAIT",
    "NETTY_3_5, BOUND_ONLY",
    "TOMCAT_4_1, BOUND_ONLY",
    "JETTY_4_1, ANOTHER_USERS",
    "NETTY_4_1, LISTENER",
  })
  void theReportNamesTheHolderAndTheWayOut(BootApplication application, PortHolder holder) {
    holder.take(lab);

    String report = failure(withAnalyzer(application));

    assertThat(report)
        .contains("APPLICATION FAILED TO START", "Description:\n\n" + TAKEN + "\n8080 is in use: ")
        .contains(holder.said())
        .endsWith("\nOr configure this application to listen on another port.\n\n")
        .doesNotContain("\tat ", "http.server");
  }

  static Stream<Arguments> allPairs() {
    return Stream.of(BootApplication.values())
        .flatMap(application ->
            Stream.of(PortHolder.values()).map(holder -> Arguments.of(application, holder)));
  }

  @ParameterizedTest
  @MethodSource("allPairs")
  @Tag("long")
  void eachApplicationNamesEachHolder(BootApplication application, PortHolder holder) {
    theReportNamesTheHolderAndTheWayOut(application, holder);
  }

  @ParameterizedTest
  @EnumSource(
      value = BootApplication.class,
      names = {"TOMCAT_3_5", "NETTY_4_1"})
  void withoutTheJarTheReportIsSpringBootsOwn(BootApplication application) {
    PortHolder.LISTENER.take(lab);

    String report = failure(BootApplication.command(application.classPath(), List.of()));

    assertThat(report)
        .contains("Description:\n\n" + TAKEN + "\n\nAction:\n\n" + USUAL_WAY_OUT + "\n")
        .doesNotContain("pid");
  }

  @Test
  void switchedOffItIsSpringBootsOwnToo() {
    PortHolder.LISTENER.take(lab);

    String report = failure(withAnalyzer(BootApplication.TOMCAT_4_1, "--inuse.enabled=false"));

    assertThat(report)
        .contains("Description:\n\n" + TAKEN + "\n\nAction:\n\n" + USUAL_WAY_OUT + "\n");
  }

  @Test
  void withoutAnExecutableItIsSpringBootsOwnAndTheReason() {
    PortHolder.LISTENER.take(lab);

    String report =
        failure(
            BootApplication.command(classPath(BootApplication.JETTY_4_1), List.of(NO_EXECUTABLE)));

    assertThat(report)
        .contains("Description:\n\n" + TAKEN + "\nWhat holds it is not known: ")
        .contains("/nonexistent/inuse")
        .contains("\n\nAction:\n\n" + USUAL_WAY_OUT + "\n");
  }

  @Test
  void commandLinesAreSaidOnRequest() {
    PortHolder.LISTENER.take(lab);

    String report = failure(withAnalyzer(BootApplication.TOMCAT_4_1, "--inuse.command-lines=true"));

    assertThat(report).contains(": " + Programs.python() + " -m http.server 8080\n");
  }

  @Test
  void toAnOrdinaryUserAnotherUsersProcessIsHidden() {
    PortHolder.ANOTHER_USERS.take(lab);
    List<String> places = new ArrayList<>(BootApplication.TOMCAT_3_5.classPathForAll());
    places.addAll(BootApplication.analyzer());
    List<String> command =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + Lab.NOBODY, "--regid=" + Lab.NOBODY, "--clear-groups"));
    command.addAll(BootApplication.command(places, List.of(EXECUTABLE)));

    assertThat(failure(command)).contains(TAKEN + "\n8080 is in use: ", "12345", "sudo ");
  }

  @Test
  void whatTheApplicationHasItselfIsNotToBeEnded() {
    String report =
        failure(
            BootApplication.command(
                classPath(BootApplication.JETTY_3_5), List.of(EXECUTABLE, "-Dapp.first=8080")));

    assertThat(report)
        .contains("Description:\n\n" + TAKEN + "\n8080 is in use: java (pid ")
        .contains("Action:\n\nIt is this application itself that has it: ")
        .doesNotContain("free 8080");
  }

  @Test
  void whatIsGoneByThenIsSaidSo() {
    String report = failure(withAnalyzer(BootApplication.TOMCAT_4_1, "--app.socket=8080"));

    assertThat(report)
        .contains("Description:\n\n" + TAKEN + "\nBy now 8080 is free: ")
        .contains("\n\nAction:\n\n" + USUAL_WAY_OUT + "\n");
  }

  @Test
  void onlyTheHolderAtTheApplicationsAddressIsNamed() {
    lab.listener("127.0.0.1", 8080);
    Running other = lab.listener("127.0.0.2", 8080);

    String report = failure(withAnalyzer(BootApplication.JETTY_3_5, "--server.address=127.0.0.1"));

    assertThat(report)
        .contains("\n127.0.0.1:8080 is in use: ", "free 127.0.0.1:8080")
        .doesNotContain("127.0.0.2", "pid " + other.pid());
  }

  @Test
  void aSocketOfTheApplicationsOwnIsExplainedToo() {
    lab.listener(9090);

    String report =
        failure(
            withAnalyzer(
                BootApplication.TOMCAT_4_1, "--app.socket=9090", "--management.server.port=9090"));

    assertThat(report)
        .contains("Description:\n\nA socket could not be bound.\n9090 is in use: hold (pid ")
        .contains("free 9090");
  }

  @Test
  void whereNothingSaysWhichPortTheStackTraceStaysAndTheReasonIsLogged() {
    lab.listener(9090);

    String report = failure(withAnalyzer(BootApplication.NETTY_3_5, "--app.socket=9090"));

    assertThat(report)
        .contains("java.net.BindException", "\tat ")
        .contains("What holds it is not known: ")
        .doesNotContain("Description:");
  }
}
