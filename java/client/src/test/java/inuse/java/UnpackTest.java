package inuse.java;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executable out of the jar, in JVMs of their own. */
class UnpackTest {
  @TempDir private Path directory;
  private Path home = Path.of("/");
  private Path temporary = Path.of("/");

  @BeforeEach
  void directories() throws IOException {
    directory = directory.toRealPath();
    home = Files.createDirectory(directory.resolve("home"));
    temporary = Files.createDirectory(directory.resolve("tmp"));
  }

  @Test
  void itAnswersOutOfTheJar() throws Exception {
    assertThat(fork().run("executable").output().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("found " + home.resolve(".cache/inuse/inuse-")),
            line -> assertThat(line).isEqualTo("answered 1"));
  }

  @Test
  void aHomeThatCannotBeWrittenIsPassedOver() throws Exception {
    Fork.Ended ended = fork().in("mount -t tmpfs -o ro none " + home).run("executable");

    assertThat(ended.output()).startsWith("found " + temporary).contains("answered 1");
  }

  @Test
  void aHomeWhereNoProgramRunsIsPassedOverAndThatIsSaid() throws Exception {
    Fork.Ended ended =
        fork().in("mount -t tmpfs -o noexec,mode=700 none " + home).run("executable");

    assertThat(ended.output())
        .contains("WARNING: not used as inuse executable: " + home)
        .contains("programs cannot be run there (noexec)")
        .contains("found " + temporary, "answered 1");
  }

  @Test
  void withoutAPlaceTheCallerGoesOnAndIsToldWhy() throws Exception {
    Fork.Ended ended =
        fork()
            .in(
                "mount -t tmpfs -o ro none "
                    + home
                    + "; mount -t tmpfs -o noexec,mode=1777 none "
                    + temporary)
            .run("executable");

    assertThat(ended.status()).isZero();
    assertThat(ended.output())
        .contains("none there is no inuse executable: ")
        .contains(home + "/.cache: Read-only file system")
        .contains("programs cannot be run there (noexec)")
        .contains("explained NOT_ANSWERED what holds 127.0.0.1:8080 could not be found out: ");
  }

  @Test
  void anArchitectureWithoutOneIsSaid() throws Exception {
    assertThat(fork().flag("-Dos.arch=riscv64").run("executable").output())
        .contains("the jar has none for riscv64")
        .contains("explained NOT_ANSWERED");
  }

  @Test
  void twoAtOnceBothHaveIt() throws Exception {
    together(3, 2);
  }

  @Test
  @Tag("long")
  void manyAtOnceAllHaveIt() throws Exception {
    together(30, 4);
  }

  /** Threads that unpack and start it, while others of the same process start programs too. */
  @Test
  void manyThreadsAtOnceHaveIt() throws Exception {
    String usual = System.getProperty(ExecutableSearch.PROPERTY);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 5; round++) {
        Path place = Files.createDirectory(directory.resolve("round" + round));
        Callable<String> use =
            () -> {
              Surroundings one =
                  new Surroundings(
                      name -> name.startsWith("os.") ? System.getProperty(name) : null,
                      name -> name.equals("HOME") ? place.toString() : null,
                      Surroundings.here().uid());
              return new ExecutableQuestions(new ExecutableSearch(one).find())
                  .ask("1", Inuse.PATIENCE)
                  .target();
            };
        List<Future<String>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          all.add(threads.submit(use));
        }
        for (Future<String> one : all) {
          assertThat(one.get()).isEqualTo("1");
        }
      }
    } finally {
      threads.shutdownNow();
      assertThat(System.getProperty(ExecutableSearch.PROPERTY)).isEqualTo(usual);
    }
  }

  private void together(int rounds, int count) throws Exception {
    for (int round = 0; round < rounds; round++) {
      Path cache = Files.createDirectory(directory.resolve("cache" + round));
      List<Process> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        all.add(
            fork()
                .with("XDG_CACHE_HOME", cache)
                .start(directory.resolve("output" + round + "-" + i), "executable"));
      }
      for (int i = 0; i < count; i++) {
        Fork.Ended ended = Fork.end(all.get(i), directory.resolve("output" + round + "-" + i));
        assertThat(ended.output())
            .startsWith("found " + cache.resolve("inuse/inuse-"))
            .endsWith("answered 1\n");
      }
      assertThat(cache.resolve("inuse").toFile().list()).hasSize(1);
    }
  }

  private Fork fork() {
    return new Fork().with("HOME", home).flag("-Djava.io.tmpdir=" + temporary);
  }
}
