package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other hosts, asked over real sshds: the executable goes there, and nothing of it stays. */
final class RemoteTest extends Scenarios {
  /** What differs between two looks at the same thing. */
  private static final Set<String> OF_THE_MOMENT = Set.of("taken_at", "search", "version");

  private static final String INUSE = Programs.EXECUTABLE.toString();

  @TempDir private Path directory;

  RemoteTest() {
    super(Way.EXECUTABLE);
  }

  @BeforeEach
  void rootIsNeeded() {
    Lab.requireRoot("sshd starts as root");
  }

  /** Runs a shell's line among the hosts. */
  private Output among(String line) {
    return lab.output(
        "unshare",
        "--mount",
        "--propagation=private",
        "sh",
        Programs.script("remote.sh"),
        directory.toString(),
        Lab.requireProgram("sshd"),
        "sh",
        "-c",
        line.replace("inuse ", INUSE + " "));
  }

  @Test
  void threeKindsOfHostsAnswerAsOneDoesHere() {
    lab.listener("127.0.0.1", 9100);

    Output output = among("inuse 9100 --json; inuse --on web-1,web-2,web-3 9100 --json; exit $?");

    List<JsonElement> documents = documents(output.standardOutput());
    JsonElement here = timeless(documents.get(0));
    JsonArray hosts = documents.get(1).getAsJsonObject().getAsJsonArray("hosts");
    assertThat(output.exitCode()).as("%s", output).isZero();
    assertThat(hosts.asList())
        .as("%s", output)
        .extracting(host -> host.getAsJsonObject().get("host").getAsString())
        .containsExactly("web-1", "web-2", "web-3");
    assertThat(timeless(document(hosts.get(0)))).isEqualTo(here);
    for (JsonElement host : hosts) {
      assertThat(verdict(host)).as("%s", output).isEqualTo("blocked");
    }
  }

  @Test
  void aHostThatDoesNotAnswerIsSaidWhileTheOthersDo() {
    lab.listener("127.0.0.1", 9100);

    Output output = among("inuse --on full,web-1,down,stranger 9100");

    assertThat(output.exitCode()).isZero();
    assertThat(output.standardOutput())
        .as("%s", output)
        .contains("web-1:\n  9100 is in use: ")
        .doesNotContain("down");
    assertThat(output.errorLines())
        .as("%s", output)
        .anyMatch(line -> line.startsWith("inuse: full: no directory there takes a program"))
        .anyMatch(line -> line.startsWith("inuse: down: ") && line.contains("Connection refused"))
        .anyMatch(
            line -> line.startsWith("inuse: stranger: ") && line.contains("Permission denied"))
        .hasSize(3);
  }

  @Test
  void anotherArchitectureIsSaid() {
    // A host that says so: uname(1) there is another one.
    Output output =
        among(
            "printf '#!/bin/sh\\necho riscv64\\n' > /run/uname && chmod 755 /run/uname"
                + " && mount --bind /run/uname \"$(command -v uname)\""
                + " && inuse --on web-1 9100");

    assertThat(output.exitCode()).isEqualTo(3);
    assertThat(output.standardError())
        .isEqualTo(
            "inuse: web-1: it is riscv64, for which there is no executable here (--carry FILE)\n");
  }

  @Test
  void nothingIsLeftBehind() {
    Output output =
        among(
            // Other scenarios run beside this one: processes of this network namespace alone, and a
            // moment without files.
            "left() { pgrep --ns $$ --nslist net -f '[/]proc/self/fd/4';"
                + " find /tmp /dev/shm /run /var/tmp /root -name 'inuse.??????' 2>/dev/null; };"
                + " inuse --on web-1,web-2,web-3 9100; i=0;"
                + " while it=$(left); [ -n \"$it\" ] && [ $i -lt 300 ];"
                + " do sleep 0.1; i=$((i+1)); done; printf %s \"$it\"");

    assertThat(output.standardOutput())
        .isEqualTo(
            """
            web-1:
              9100 is free: a real bind succeeded
            web-2:
              9100 is free: a real bind succeeded
            web-3:
              9100 is free: a real bind succeeded
            """);
  }

  @Test
  void twentyHostsAreAskedAtOnce() {
    Output output = among("inuse --on 'h*' 9100 --json");

    JsonArray hosts =
        JsonParser.parseString(output.standardOutput()).getAsJsonObject().getAsJsonArray("hosts");
    assertThat(hosts).hasSize(20);
    assertThat(hosts.asList()).as("%s", output).allMatch(host -> verdict(host).equals("free"));
  }

  @Test
  void aGroupOfAnInventoryIsItsHosts() {
    Output output =
        among(
            "printf '[web]\\nweb-[1:2]\\none ansible_host=127.0.0.1 ansible_port=2223"
                + " ansible_user=visitor\\n[all_of_it:children]\\nweb\\n' > /run/hosts;"
                + " inuse --inventory /run/hosts --on all_of_it 9100 | grep -c ' is free'");

    assertThat(output.standardOutput()).as("%s", output).isEqualTo("3\n");
  }

  @Test
  void whatIsFreedThereIsShownAndAgreedToHere() {
    Running server = lab.listener("127.0.0.1", 9100);

    Output no = among("echo n | INUSE_RELAY=1 inuse free --on web-1 9100");
    assertThat(no.exitCode()).as("%s", no).isEqualTo(1);
    assertThat(no.standardOutput()).contains("plan").contains("you said no");
    assertThat(server.isAlive()).isTrue();
  }

  @Test
  void whatWasAgreedToIsDoneThere() {
    Running server = lab.listener("127.0.0.1", 9100);

    Output yes = among("echo y | INUSE_RELAY=1 inuse free --on web-1 9100");

    assertThat(yes.exitCode()).as("%s", yes).isZero();
    assertThat(yes.standardOutput()).contains("9100 is free again");
    assertThat(server.isAlive()).isFalse();
  }

  @Test
  void withoutATerminalNothingIsFreed() {
    Running server = lab.listener("127.0.0.1", 9100);

    Output output = among("inuse free --on web-1 9100");

    assertThat(output.exitCode()).as("%s", output).isEqualTo(4);
    assertThat(server.isAlive()).isTrue();
  }

  @Test
  void aWaitThatIsInterruptedHereEndsThere() {
    lab.listener("127.0.0.1", 9100);

    Output output =
        among(
            "inuse wait --on web-1 9100 & local=$!;"
                + " until pgrep -f '[f]d/4 wait 9100' >/dev/null; do sleep 0.1; done;"
                + " kill $local; i=0;"
                + " while pgrep -f '[f]d/4 wait 9100' >/dev/null && [ $i -lt 300 ]; do sleep 0.1;"
                + " i=$((i+1)); done; pgrep -fc '[f]d/4 wait 9100'");

    assertThat(output.standardOutput()).as("%s", output).isEqualTo("0\n");
  }

  private static List<JsonElement> documents(String text) {
    List<JsonElement> documents = new ArrayList<>();
    int end = text.indexOf("\n}\n") + 2;
    documents.add(JsonParser.parseString(text.substring(0, end)));
    documents.add(JsonParser.parseString(text.substring(end)));
    return documents;
  }

  private static JsonElement document(JsonElement host) {
    return host.getAsJsonObject().get("document");
  }

  private static String verdict(JsonElement host) {
    return document(host)
        .getAsJsonObject()
        .getAsJsonArray("diagnoses")
        .get(0)
        .getAsJsonObject()
        .get("verdict")
        .getAsString();
  }

  /** The same without what differs from look to look. */
  private static JsonElement timeless(JsonElement element) {
    if (element.isJsonArray()) {
      JsonArray array = new JsonArray();
      element.getAsJsonArray().forEach(one -> array.add(timeless(one)));
      return array;
    }
    if (!element.isJsonObject()) {
      return element;
    }
    JsonObject object = new JsonObject();
    element
        .getAsJsonObject()
        .asMap()
        .forEach((name, value) -> {
          if (!OF_THE_MOMENT.contains(name)) {
            object.add(name, timeless(value));
          }
        });
    return object;
  }
}
