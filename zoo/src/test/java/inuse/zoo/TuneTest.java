package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code inuse tune} on the real kernel, in a network namespace and with an /etc/sysctl.d and a
 * /var/lib of its own. Each scenario is a shell script; what it prints is looked at.
 */
final class TuneTest {
  /** state says everything that may change, byte for byte. */
  private static final String PLACE =
      """
      mount --make-rprivate /
      mkdir -p /etc/sysctl.d
      mount -t tmpfs -o size=64k tmpfs /etc/sysctl.d
      mount -t tmpfs -o size=256k tmpfs /var/lib
      ip link set lo up
      echo "# somebody else's" >/etc/sysctl.d/10-other.conf
      cd /proc/sys/net
      inuse() { "$INUSE" tune "$@"; }
      state() {
        for one in ipv4/ip_local_port_range ipv4/ip_local_reserved_ports ipv4/tcp_tw_reuse \\
            ipv4/tcp_fin_timeout ipv4/tcp_max_tw_buckets ipv4/ip_unprivileged_port_start \\
            ipv4/ip_autobind_reuse ipv6/bindv6only ipv4/ip_nonlocal_bind ipv6/ip_nonlocal_bind
        do IFS= read -r value <"$one"; echo "$one $value"; done
        find /etc/sysctl.d -type f | sort | while read -r file; do echo "$file"; cat "$file"; done
        find /var/lib -type f ! -name '*.lock'
      }
      before=$(state)
      unchanged() { if [ "$before" = "$(state)" ]; then echo unchanged; else state; fi; }
      """;

  private static final String MANY =
      "--set tcp_fin_timeout=30 --set tcp_tw_reuse=1 --set ip_local_port_range=20000-60000"
          + " --reserve 40000,9000-9010 --persist --yes";

  @BeforeEach
  void whoMayUnshare() {
    Lab.requireRoot("mounts and sysctls of its own take root");
  }

  private static Output script(String body, String... apart) {
    List<String> command = new ArrayList<>(List.of("env", "INUSE=" + Programs.EXECUTABLE));
    command.addAll(List.of("unshare", "--mount", "--net"));
    command.addAll(List.of(apart));
    command.addAll(List.of(Lab.requireProgram("bash"), "-c", PLACE + body));
    return Output.of(command);
  }

  private static String said(String body) {
    Output output = script(body);
    assertThat(output.standardError()).as("%s", output).isEmpty();
    return output.standardOutput();
  }

  @Test
  void changesAreMadeKeptAndTakenBack() {
    String said =
        said(
            "inuse "
                + MANY
                + " >/dev/null; echo $?; cat ipv4/tcp_fin_timeout ipv4/ip_local_reserved_ports; cat"
                + " /etc/sysctl.d/60-inuse.conf; inuse --undo --yes >/dev/null; echo $?;"
                + " unchanged");

    assertThat(said)
        .isEqualTo(
            """
            0
            30
            9000-9010,40000
            # Written by inuse tune. To take it back: inuse tune --undo
            net.ipv4.tcp_fin_timeout = 30
            net.ipv4.tcp_tw_reuse = 1
            net.ipv4.ip_local_port_range = 20000 60000
            net.ipv4.ip_local_reserved_ports = 9000-9010,40000
            0
            unchanged
            """);
  }

  @Test
  void whatWasThereIsMergedAndComesBack() {
    String said =
        said(
            """
            echo 7000-7010 >ipv4/ip_local_reserved_ports
            printf 'net.ipv4.tcp_fin_timeout=59\\nnet.core.somaxconn = 5' >/etc/sysctl.d/60-inuse.conf
            before=$(state; echo .)
            inuse --reserve 8080 --persist --yes >/dev/null
            cat ipv4/ip_local_reserved_ports
            inuse --set tcp_fin_timeout=20 --persist --yes >/dev/null
            grep -c somaxconn /etc/sysctl.d/60-inuse.conf
            inuse --undo --yes >/dev/null
            [ "$before" = "$(state; echo .)" ] && echo unchanged
            """);

    assertThat(said).isEqualTo("7000-7010,8080\n1\nunchanged\n");
  }

  /**
   * Ended after every single system call that matters, and so is the undoing; our file was there
   * before, with permissions of its own.
   */
  @ParameterizedTest
  @CsvSource({
    "openat, 40, 20",
    "write, 8, 5",
    "renameat2, 2, 1",
    "fsync, 4, 1",
    "fchmod, 2, 1",
    "unlinkat, 2, 2",
    "mkdirat, 1, 0",
    "flock, 1, 1"
  })
  void afterWhateverCallItIsKilledItCanBeTakenBack(String call, int changing, int undoing) {
    Lab.requireProgram("strace");
    String said =
        said(
            """
            printf '# mine\nnet.core.somaxconn = 5' >/etc/sysctl.d/60-inuse.conf
            chmod 640 /etc/sysctl.d/60-inuse.conf
            all() { state; stat -c '%%a %%n' /etc/sysctl.d/*; echo .; }
            before=$(all)
            kills() {
              n=0
              status=137
              while [ $status = 137 ]; do
                n=$((n + 1))
                [ "$1" = --undo ] && inuse %1$s >/dev/null
                strace -qq -o /dev/null -e trace=%2$s -e inject=%2$s:signal=SIGKILL:when=$n \
                    "$INUSE" tune "$@" >/dev/null
                status=$?
                inuse --undo --yes >/dev/null || echo "undo: $?"
                [ "$before" = "$(all)" ] || { echo "killed after %2$s $n of $*"; all; return; }
              done
              [ $status = 0 ] && echo $((n - 1))
            } 2>/dev/null
            kills %1$s
            kills --undo --yes
            """
                .formatted(MANY, call));

    List<String> lines = said.lines().toList();
    assertThat(lines).as(said).hasSize(2).allMatch(line -> line.matches("[0-9]+"));
    assertThat(Integer.parseInt(lines.get(0))).isGreaterThanOrEqualTo(changing);
    assertThat(Integer.parseInt(lines.get(1))).isGreaterThanOrEqualTo(undoing);
  }

  /** The times are spread over a whole run; some must end it in the middle. */
  @Test
  void whereverItIsKilledItCanBeTakenBack() {
    String said =
        said(
            """
            begun=${EPOCHREALTIME/./}
            inuse %1$s >/dev/null
            whole=$((${EPOCHREALTIME/./} - begun))
            inuse --undo --yes >/dev/null
            killed=0
            for i in $(seq 1 1000); do
              timeout -s KILL $(printf 0.%%06d $((whole * (i %% 50) / 50))) \\
                  "$INUSE" tune %1$s >/dev/null
              if [ "$(state)" != "$before" ] && [ "$(cat ipv4/tcp_fin_timeout)" = 60 ]; then
                killed=$((killed + 1))
              fi
              inuse --undo --yes >/dev/null || echo "undo: $?"
              [ "$before" = "$(state)" ] || { echo "after $i"; state; break; }
              [ $i -lt 100 ] || [ $killed -lt 3 ] || break
            done 2>/dev/null
            [ $killed -gt 0 ] && echo some
            unchanged
            """
                .formatted(MANY));

    assertThat(said).isEqualTo("some\nunchanged\n");
  }

  @Test
  void twoAtOnceLoseNothing() {
    String said =
        said(
            """
            for i in $(seq 1 20); do
              inuse --reserve $((40000 + 2 * i)) --persist --yes >/dev/null &
              inuse --reserve $((50000 + 2 * i)) --persist --yes >/dev/null &
              wait
            done
            tr ',' '\\n' <ipv4/ip_local_reserved_ports | wc -l
            sed -n 's/.*reserved_ports = //p' /etc/sysctl.d/60-inuse.conf | tr ',' '\\n' | wc -l
            inuse --undo --yes >/dev/null
            unchanged
            """);

    assertThat(said).isEqualTo("40\n40\nunchanged\n");
  }

  @ParameterizedTest
  @CsvSource({
    "the disk is full, dd if=/dev/zero of=/etc/sysctl.d/fill bs=1k >/dev/null 2>&1, sysctl -w",
    "/var/lib is full, dd if=/dev/zero of=/var/lib/fill bs=1k >/dev/null 2>&1, sysctl -w",
    "it is read-only, 'mount -o remount,ro /etc/sysctl.d', sysctl -w",
    "/var/lib is read-only, 'mount -o remount,ro /var/lib', sysctl -w",
  })
  void whatCannotBeWrittenLeavesEverythingAsItWas(String what, String how, String instead) {
    Output output = script(how + "\nbefore=$(state)\ninuse " + MANY + "; echo $?; unchanged");

    assertThat(output.standardOutput())
        .as(what)
        .endsWith("3\nunchanged\n")
        .contains("nothing is changed")
        .contains(instead);
  }

  @Test
  void whoeverMayNotIsToldTheLine() {
    String said =
        said(
            "setpriv --reuid=65534 --clear-groups \"$INUSE\" tune --set tcp_fin_timeout=30 --yes;"
                + " echo $?; unchanged");

    assertThat(said)
        .contains("run    sudo inuse tune --set tcp_fin_timeout=30 --yes")
        .endsWith("3\nunchanged\n");
  }

  @ParameterizedTest
  @CsvSource({
    "--set tcp_fin_timeout=30, 4",
    "--set tcp_fin_timeout=30 --dry-run, 0",
    "--set tcp_fin_timeout=0 --yes, 2",
    "--set tcp_tw_recycle=1 --yes, 2",
    "--set ip_nonlocal_bind=1 --yes, 2",
    "--set ip_local_port_range=9-1 --yes, 2",
    "--reserve 0 --yes, 2",
    "--reserve 70000 --yes, 2",
    "--undo --yes, 0",
    "--for nobody --yes, 2",
  })
  void nothingIsChangedWithoutLeaveOrSense(String options, int status) {
    String said = script("inuse " + options + " >/dev/null; echo $?; unchanged").standardOutput();

    assertThat(said).isEqualTo(status + "\nunchanged\n");
  }

  @ParameterizedTest
  @CsvSource({
    "--set tcp_fin_timeout=30, tcp_fin_timeout does not shorten TIME_WAIT",
    "--set tcp_tw_reuse=1, tcp_tw_reuse does nothing for bind()",
    "--set tcp_max_tw_buckets=5, data can be",
  })
  void whatDoesNotHelpIsSaidBefore(String options, String warning) {
    assertThat(said("inuse " + options + " --dry-run")).contains(warning);
  }

  @Test
  void outsideTheHostsNamespaceEtcIsLeftAloneUnlessWanted() {
    assertThat(said("inuse --set tcp_fin_timeout=30 --yes; ls /etc/sysctl.d"))
        .contains("so /etc is left alone")
        .endsWith("10-other.conf\n");
  }

  /** As on a host, and in a container with an /etc of its own: the namespace is that of PID 1. */
  @Test
  void inTheNamespaceOfPid1EtcIsWrittenAndAFileThatCountsMoreIsNamed() {
    Output output =
        script(
            """
            echo 'net.ipv4.tcp_fin_timeout = 10' >/etc/sysctl.d/99-theirs.conf
            before=$(state)
            inuse --set tcp_fin_timeout=30 --yes
            cat /etc/sysctl.d/60-inuse.conf
            inuse --undo --yes >/dev/null
            unchanged
            """,
            "--pid",
            "--fork",
            "--mount-proc");

    assertThat(output.standardOutput())
        .contains("/etc/sysctl.d/99-theirs.conf sets net.ipv4.tcp_fin_timeout too")
        .doesNotContain("run time only")
        .endsWith("net.ipv4.tcp_fin_timeout = 30\nunchanged\n");
  }

  @Test
  void aServerInTheRangeAndAFullRangeAreSeen() {
    String said =
        said(
            """
            echo 40000 40009 >ipv4/ip_local_port_range
            python=%s
            : >/tmp/tune.$$
            $python -c '
            import socket, time
            server = socket.create_server(("127.0.0.1", 8080))
            inside = socket.create_server(("0.0.0.0", 40005))
            held = [socket.create_connection(("127.0.0.1", 8080)) for _ in range(8)]
            print("ready", flush=True)
            time.sleep(100)
            ' >/tmp/tune.$$ &
            until grep -q ready /tmp/tune.$$; do sleep 0.02; done
            rm /tmp/tune.$$
            inuse
            "$INUSE" tune --reserve 40005 --yes >/dev/null
            inuse | grep -A1 reserved_ports
            kill %%1
            """
                .formatted(Programs.python()));

    assertThat(said)
        .contains("net.ipv4.ip_local_reserved_ports: change this")
        .contains("run    inuse tune --reserve 40005")
        .contains("net.ipv4.ip_local_port_range: change this")
        .contains("connections from 127.0.0.1 to 127.0.0.1:8080 have 8 of")
        .endsWith("net.ipv4.ip_local_reserved_ports: fine here\n  value  40005 (default: none)\n");
  }

  @Test
  void timeWaitIsCountedAndProgramsReadIt() {
    Output output =
        script(
            Programs.python()
                + """
                 -c '
                import socket
                server = socket.create_server(("127.0.0.1", 8080))
                client = socket.create_connection(("127.0.0.1", 8080))
                accepted, _ = server.accept()
                accepted.close()
                client.recv(1)
                client.close()
                '
                inuse --json
                """);

    PublishedSchema.of(Way.EXECUTABLE).assertAllows(output);
    assertThat(output.standardOutput()).contains("\"time_wait\": 1,");
  }

  @Test
  void whatAnOrdinaryUserSeesFitsInEightyColumns() {
    assertThat(said("setpriv --reuid=65534 --clear-groups \"$INUSE\" tune").lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }
}
