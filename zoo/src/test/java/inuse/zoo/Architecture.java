package inuse.zoo;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A processor that inuse is published for, and its machine in qemu's emulation. */
enum Architecture {
  X86_64(
      "amd64",
      "ttyS0",
      "ttyS1",
      "-cpu max -serial file:console.txt -serial file:" + Architecture.RESULTS),
  /** Its board has one serial port; the other one is a card. */
  AARCH64(
      "aarch64",
      "ttyAMA0",
      "ttyS0",
      "-M virt -cpu max,pauth-impdef=on -serial file:console.txt -device pci-serial,chardev=results"
          + " -chardev file,id=results,path="
          + Architecture.RESULTS);

  /** The file, in the machine's directory, with what it says on its port for results. */
  static final String RESULTS = "results.txt";

  private static final Map<Architecture, Path> LINKED = new ConcurrentHashMap<>();

  private final String nameInJava;
  private final String console;
  private final String results;
  private final String options;

  Architecture(String nameInJava, String console, String results, String options) {
    this.nameInJava = nameInJava;
    this.console = console;
    this.results = results;
    this.options = options;
  }

  /** As the compilers and qemu name it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  private String compiler() {
    return word() + "-linux-gnu-gcc";
  }

  /** The executable for it: the one under test, or linked from the same C. */
  Path executable() {
    if (nameInJava.equals(System.getProperty("os.arch"))) {
      return Programs.EXECUTABLE;
    }
    Lab.requireProgram(compiler());
    return LINKED.computeIfAbsent(
        this, one -> link(compiler(), setting("zoo.vm").resolve("inuse-" + word())));
  }

  private static Path link(String compiler, Path executable) {
    try {
      Files.createDirectories(executable.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Output linking =
        Output.of(
            List.of(
                "env",
                "CC=" + compiler,
                setting("inuse.link").toString(),
                setting("inuse.c").toString(),
                executable.toString()));
    assertThat(linking.exitCode()).as("%s", linking).isZero();
    return executable;
  }

  /** A path that the build tells the tests. */
  static Path setting(String property) {
    return Path.of(requireNonNull(System.getProperty(property), property)).normalize();
  }

  String emulator() {
    return "qemu-system-" + word();
  }

  /** Boots the kernel and the initramfs of the directory in which it is run. */
  List<String> bootCommand() {
    return List.of(
        (emulator()
                + " -accel tcg -smp 1 -m 512 -nodefaults -no-user-config -nographic -no-reboot"
                + " -kernel vmlinuz -initrd initramfs.gz "
                + options
                + " -append")
            .split(" ", -1));
  }

  /** What the kernel is told, and by it vm/init. */
  String bootLine() {
    return "console=" + console + " quiet loglevel=3 panic=-1 RESULTS=" + results;
  }
}
