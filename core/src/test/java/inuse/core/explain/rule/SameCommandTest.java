package inuse.core.explain.rule;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.listener;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Container;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.IntendedCommand;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.OwnRun;
import inuse.core.evidence.Pid;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An earlier run of a command is told from a namesake. */
final class SameCommandTest {
  private static final String PYTHON = "/usr/bin/python3.11";

  /** {@code python3 app.py --port 8080} in /srv/a. */
  private static final IntendedCommand APP =
      startup(PYTHON, "app.py=/srv/a/app.py", "--port", "8080");

  private static IntendedCommand startup(String program, String... words) {
    List<IntendedCommand.Argument> arguments = new ArrayList<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      arguments.add(
          equals < 0
              ? new IntendedCommand.Argument(new Untrusted(word), Optional.empty())
              : new IntendedCommand.Argument(
                  new Untrusted(word.substring(0, equals)),
                  Optional.of(
                      new IntendedCommand.File(
                          new Untrusted(word.substring(equals + 1)),
                          new Untrusted(word.substring(equals + 1))))));
    }
    return new IntendedCommand(new Untrusted(program), arguments, Optional.empty());
  }

  private static HolderBuilder python(String directory, String... arguments) {
    return holder(10, "python3").executable(PYTHON).directory(directory).arguments(arguments);
  }

  private static SameCommand compare(IntendedCommand intended, HolderBuilder holder) {
    return compare(intended, holder, snapshot());
  }

  private static SameCommand compare(
      IntendedCommand intended, HolderBuilder holder, SnapshotBuilder seen) {
    return SameCommand.of(intended, holder.build(), seen.holders(holder).build());
  }

  /** The same in /srv/a, which is all that tells what it serves. */
  private static IntendedCommand placed(String program, String... words) {
    return new IntendedCommand(
        new Untrusted(program),
        startup(program, words).arguments(),
        Optional.of(new Untrusted("/srv/a")));
  }

  @Test
  void anotherUsersIsAnother() {
    HolderBuilder bobs = python("/srv/a", "python3", "app.py", "--port", "8080");

    assertThat(compare(APP, bobs.owner(1001, "bob"))).isEqualTo(SameCommand.OTHER_USER);
    assertThat(compare(APP, bobs.owner(1001, "bob"), snapshot().asRoot()))
        .isEqualTo(SameCommand.OTHER_USER);
    assertThat(
            compare(
                APP, bobs.owner(1001, "bob"), snapshot().newcomer(Newcomer.plain(new Uid(1001)))))
        .isEqualTo(SameCommand.SAME);
    assertThat(compare(APP, bobs.unknownOwner())).isEqualTo(SameCommand.UNKNOWN);
  }

  @Test
  void whoGaveUpThatUsersRightsAfterItMadeTheSocketIsTheSame() {
    HolderBuilder dropped =
        python("/srv/a", "python3", "app.py", "--port", "8080").owner(33, "www-data").holds(3, 7);

    assertThat(compare(APP, dropped, snapshot().asRoot().sockets(listener().inode(7).uid(0))))
        .isEqualTo(SameCommand.SAME);
    assertThat(compare(APP, dropped, snapshot().asRoot().sockets(listener().inode(7).uid(33))))
        .isEqualTo(SameCommand.OTHER_USER);
    assertThat(compare(APP, dropped, snapshot().asRoot().sockets(listener().inode(8).uid(0))))
        .isEqualTo(SameCommand.OTHER_USER);
  }

  @Test
  void whereNoWordNamesAFileTheDirectoryTells() {
    IntendedCommand server = placed(PYTHON, "-m", "http.server");

    assertThat(compare(server, python("/srv/a", "python3", "-m", "http.server")))
        .isEqualTo(SameCommand.SAME);
    assertThat(compare(server, python("/srv/b", "python3", "-m", "http.server")))
        .isEqualTo(SameCommand.OTHER_DIRECTORY);
    assertThat(compare(server, python("/srv/a/b", "python3", "-m", "http.server")))
        .isEqualTo(SameCommand.OTHER_DIRECTORY);
    assertThat(
            compare(
                server,
                holder(10, "python3").executable(PYTHON).arguments("python3", "-m", "http.server")))
        .isEqualTo(SameCommand.UNKNOWN);
  }

  @Test
  void aTitleIsNoReasonToForgetUserAndDirectory() {
    IntendedCommand nginx = placed("/usr/sbin/nginx", "-g", "daemon off;");
    HolderBuilder other =
        holder(10, "nginx")
            .executable("/usr/sbin/nginx")
            .directory("/srv/b")
            .arguments("nginx: master process /usr/sbin/nginx -g daemon off;");

    assertThat(compare(nginx, other)).isEqualTo(SameCommand.OTHER_DIRECTORY);
    assertThat(compare(nginx, other.directory("/srv/a").owner(1001, "bob")))
        .isEqualTo(SameCommand.OTHER_USER);
  }

  @Test
  void theSameScriptIsTheSameFromWhereverItIsNamed() {
    assertThat(compare(APP, python("/srv/a", "python3", "app.py", "--port", "8080")))
        .isEqualTo(SameCommand.SAME);
    assertThat(compare(APP, python("/", "python", "/srv/b/../a/./app.py", "--port", "8080")))
        .isEqualTo(SameCommand.SAME);
    assertThat(compare(APP, python("/srv/b", "python3", "app.py", "--port", "8080")))
        .isEqualTo(SameCommand.OTHER_ARGUMENTS);
  }

  @Test
  void otherArgumentsAreAnotherServer() {
    assertThat(compare(APP, python("/srv/a", "python3", "app.py", "--port", "8081")))
        .isEqualTo(SameCommand.OTHER_ARGUMENTS);
    assertThat(compare(APP, python("/srv/a", "python3", "app.py")))
        .isEqualTo(SameCommand.OTHER_ARGUMENTS);
  }

  @Test
  void aFileThatWasReplacedIsStillTheSameProgram() {
    assertThat(
            compare(
                APP,
                python("/srv/a", "python3", "app.py", "--port", "8080")
                    .executable(PYTHON + " (deleted)")))
        .isEqualTo(SameCommand.SAME);
  }

  @Test
  void aNameAloneProvesNothing() {
    assertThat(
            compare(
                APP,
                python("/srv/a", "python3", "app.py", "--port", "8080")
                    .executable("/opt/python3.11")))
        .isEqualTo(SameCommand.OTHER_PROGRAM);
  }

  @Test
  void aTitleThatAServerWroteOverItsArgumentsIsRead() {
    IntendedCommand nginx = startup("/usr/sbin/nginx", "-g", "daemon off;");

    assertThat(
            compare(
                nginx,
                holder(10, "nginx")
                    .executable("/usr/sbin/nginx")
                    .arguments("nginx: master process /usr/sbin/nginx -g daemon off;")))
        .isEqualTo(SameCommand.SAME);
    assertThat(
            compare(
                nginx,
                holder(10, "nginx")
                    .executable("/usr/sbin/nginx")
                    .arguments("nginx: master process nginx -c other.conf")))
        .isEqualTo(SameCommand.OTHER_ARGUMENTS);
  }

  @Test
  void aUnitIsTheSameAsTheCommandThatStartsIt() {
    IntendedCommand start = startup("/usr/bin/systemctl", "start", "app");

    assertThat(compare(start, holder(10, "app").unit("app.service")))
        .isEqualTo(SameCommand.SAME_UNIT);
    assertThat(compare(start, python("/", "python3", "x.py").unit("other.service")))
        .isEqualTo(SameCommand.UNKNOWN);
  }

  @Test
  void aContainersProgramIsNotTheHosts() {
    String id = "0123456789abcdef".repeat(4);
    HolderBuilder inside =
        python("/srv/a", "python3", "app.py", "--port", "8080")
            .container(Container.Engine.DOCKER, id);

    assertThat(compare(APP, inside)).isEqualTo(SameCommand.ELSEWHERE);
    assertThat(compare(startup("/usr/bin/docker", "start", id.substring(0, 12)), inside))
        .isEqualTo(SameCommand.SAME_CONTAINER);
  }

  @Test
  void whatNobodyVouchesForIsNoUnitAndNoContainer() {
    String id = "0123456789abcdef".repeat(4);
    Container container = new Container(Container.Engine.DOCKER, id);
    HolderBuilder app =
        python("/srv/a", "python3", "app.py", "--port", "8080")
            .unit(new Statement<>(new Unit("app.service", false), Speaker.ANYBODY))
            .container(new Statement<>(container, Speaker.ANYBODY));

    assertThat(compare(APP, app)).isEqualTo(SameCommand.SAME);
    assertThat(compare(startup("/usr/bin/docker", "start", id), app).isSame()).isFalse();
    assertThat(compare(startup("/usr/bin/systemctl", "start", "app"), app).isSame()).isFalse();
  }

  private static final String SH = "/usr/bin/dash";

  private static HolderBuilder shell(int pid, String... words) {
    return holder(pid, "sh").executable(SH).directory("/srv/a").arguments(words);
  }

  @Test
  void whatAnEarlierRunOfALauncherStartedIsOfThatRun() {
    IntendedCommand dev = startup(SH, "./dev.sh=/srv/a/dev.sh");
    HolderBuilder server = python("/srv/a", "python3", "server.py").below(60, 1);

    assertThat(compare(dev, server, snapshot().launchers(shell(60, "sh", "./dev.sh"))))
        .isEqualTo(SameCommand.SAME_LAUNCHER);
    assertThat(compare(dev, server, snapshot().launchers(shell(60, "sh", "./other.sh"))))
        .isEqualTo(SameCommand.UNKNOWN);
    assertThat(compare(dev, server, snapshot().launchers(shell(61, "sh", "./dev.sh"))))
        .isEqualTo(SameCommand.UNKNOWN);
    assertThat(
            compare(
                dev, server, snapshot().launchers(shell(60, "sh", "./dev.sh").owner(1001, "bob"))))
        .isEqualTo(SameCommand.UNKNOWN);
  }

  @Test
  void aShellWithoutAWordIsAboveManyProgramsAndProvesNothing() {
    HolderBuilder server = python("/srv/a", "python3", "server.py").below(60, 1);

    assertThat(compare(placed(SH), server, snapshot().launchers(shell(60, "sh"))))
        .isEqualTo(SameCommand.UNKNOWN);
  }

  @Test
  void npmIsKnownByTheTitleThatItGivesItself() {
    IntendedCommand npm =
        placed("/usr/bin/node", "/usr/bin/npm=/usr/share/npm/bin/npm-cli.js", "run", "dev");
    HolderBuilder server = holder(10, "node").executable("/usr/bin/node").below(60, 1);
    HolderBuilder titled =
        holder(60, "npm run dev").executable("/usr/bin/node").arguments("npm run dev", "", "");

    assertThat(
            compare(
                npm,
                server.arguments("node", "app.js"),
                snapshot().launchers(titled.directory("/srv/a"))))
        .isEqualTo(SameCommand.SAME_LAUNCHER);
    assertThat(
            compare(
                npm,
                server.arguments("node", "app.js"),
                snapshot().launchers(titled.directory("/srv/b"))))
        .isEqualTo(SameCommand.UNKNOWN);
  }

  @Test
  void goRunIsALauncherWhoseProgramMayHaveBeenLeftBehind() {
    assertThat(
            compare(
                startup("/usr/lib/go/bin/go", "run", "main.go=/srv/a/main.go"),
                holder(10, "main").executable("/tmp/go-build1/exe/main").arguments("main")))
        .isEqualTo(SameCommand.UNKNOWN);
  }

  @Test
  void aTitleThatHidesTheArgumentsIsNoProofOfOthers() {
    assertThat(
            compare(
                startup("/usr/sbin/nginx", "-c", "/etc/x.conf"),
                holder(10, "nginx")
                    .executable("/usr/sbin/nginx")
                    .arguments("nginx: worker process", "", "")))
        .isEqualTo(SameCommand.UNKNOWN);
  }

  private static Newcomer boundBy(HolderBuilder binder) {
    Newcomer plain = Newcomer.plain(new Uid(1000));
    return new Newcomer(
        plain.uid(),
        false,
        false,
        false,
        Optional.empty(),
        plain.privileged(),
        Optional.of(APP),
        Optional.of(new OwnRun(new Pid(500), Optional.of(binder.build()))),
        false,
        false);
  }

  @Test
  void whoRunsWhatTheProcessThatBindsRunsIsAnEarlierRun() {
    SnapshotBuilder seen =
        snapshot()
            .newcomer(
                boundBy(holder(44, "node").executable("/n").directory("/srv").arguments("a")));

    assertThat(
            compare(APP, holder(10, "x").executable("/n").directory("/srv").arguments("a"), seen))
        .isEqualTo(SameCommand.SAME_AS_BINDER);
    assertThat(
            compare(APP, holder(10, "x").executable("/n").directory("/srv").arguments("b"), seen))
        .isEqualTo(SameCommand.OTHER_PROGRAM);
    assertThat(
            compare(APP, holder(10, "x").executable("/n").directory("/tmp").arguments("a"), seen))
        .isEqualTo(SameCommand.OTHER_PROGRAM);
    assertThat(
            compare(
                APP,
                holder(10, "x").executable("/n").directory("/srv").arguments("a").owner(5, "e"),
                seen))
        .isEqualTo(SameCommand.OTHER_PROGRAM);
  }

  @Test
  void whatStartsOtherProgramsIsNotComparedWithThem() {
    assertThat(compare(startup("/usr/bin/dash", "-c", "app"), python("/", "python3", "app.py")))
        .isEqualTo(SameCommand.UNKNOWN);
  }
}
