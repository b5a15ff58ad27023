package inuse.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which executable is asked, and which is refused. */
class ExecutableSearchTest {
  private final Map<String, String> properties = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  @TempDir private Path directory;

  @BeforeEach
  void surroundings() throws IOException {
    directory = directory.toRealPath();
    Files.createDirectory(directory.resolve("home"));
    Files.createDirectory(directory.resolve("tmp"));
    environment.put("PATH", "/nonexistent");
    environment.put("HOME", directory.resolve("home").toString());
    properties.put("os.name", "Linux");
    properties.put("os.arch", System.getProperty("os.arch"));
    properties.put("java.io.tmpdir", directory.resolve("tmp").toString());
  }

  @Test
  void thePropertyComesFirstThenTheVariableThenThePathThenTheJar() throws Exception {
    Path property = program("property");
    Path variable = program("variable");
    Path path = program("bin/inuse");
    properties.put("inuse.executable", property.toString());
    environment.put("INUSE", variable.toString());
    environment.put("PATH", "/nonexistent:" + path.getParent() + ":/usr/bin");

    assertThat(find().file()).isEqualTo(property);
    properties.put("inuse.executable", "");
    assertThat(find().file()).isEqualTo(variable);
    environment.remove("INUSE");
    assertThat(find().file()).isEqualTo(path);
    assertThat(find().byName()).isTrue();
    environment.remove("PATH");
    assertThat(find().file().getParent()).isEqualTo(unpacked());
    assertThat(find().byName()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nonexistent", "relative/inuse", "/", "/etc/passwd", "a\0b"})
  void whatTheUserNamedIsNotReplacedByAnother(String value) {
    environment.put("INUSE", value);
    assertThatThrownBy(this::find)
        .isInstanceOf(InuseException.class)
        .hasMessageContaining("named by the environment variable INUSE: ");
    properties.put("inuse.executable", value);
    assertThatThrownBy(this::find)
        .isInstanceOf(InuseException.class)
        .hasMessageContaining("named by the system property inuse.executable: ");
  }

  /** The current directory may be anyone's. */
  @Test
  void thePathIsSearchedInAbsoluteDirectoriesForFilesThatCanBeRun() throws Exception {
    Path file = Files.createFile(Files.createDirectory(directory.resolve("a")).resolve("inuse"));
    Files.createDirectories(directory.resolve("b/inuse"));
    environment.put("PATH", ":.:bin:" + file.getParent() + ":" + directory.resolve("b"));

    assertThat(find().file().getParent()).isEqualTo(unpacked());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(find().file()).isEqualTo(file);
  }

  @Test
  void itIsUnpackedOnceForThisUserAlone() throws Exception {
    Path file = find().file();
    FileTime made = Files.getLastModifiedTime(file);

    assertThat(unpacked()).isDirectory();
    assertThat(mode(unpacked())).isEqualTo("rwx------");
    assertThat(mode(file)).isEqualTo("rwx------");
    assertThat(unpacked().toFile().list()).hasSize(1);
    assertThat(find().file()).isEqualTo(file);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(made);
    assertThat(new ProcessBuilder(file.toString(), "--version").start().waitFor()).isZero();
  }

  @Test
  void theDirectoryIsThatOfTheCacheThenTheHomeThenTheTemporaryOne() throws Exception {
    environment.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
    assertThat(find().file().getParent()).isEqualTo(directory.resolve("cache/inuse"));

    environment.put("XDG_CACHE_HOME", "relative");
    assertThat(find().file().getParent()).isEqualTo(unpacked());
    assertThat(find().said()).contains("relative: not an absolute path");

    environment.put("HOME", directory.resolve("none").toString());
    ExecutableSearch.Found found = find();
    assertThat(found.file().getParent()).isEqualTo(temporary());
    assertThat(found.said())
        .contains(directory.resolve("none/.cache") + ": there is no such directory");

    environment.remove("HOME");
    properties.put("user.home", "?");
    assertThat(find().file().getParent()).isEqualTo(temporary());
  }

  @Test
  void aPlantedFileIsRefused() throws Exception {
    Path file = find().file();
    Files.delete(file);
    Path planted = Files.copy(Path.of("/bin/true"), file);

    refused(planted + ": not what was unpacked there");
  }

  /** It has been found right before, by this very process. */
  @Test
  void aFileThatIsChangedAfterwardsIsRefused() throws Exception {
    Path file = find().file();
    byte[] content = Files.readAllBytes(file);
    FileTime time = Files.getLastModifiedTime(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);
    Files.setLastModifiedTime(file, time);

    refused(file + ": not what was unpacked there");
  }

  @Test
  void aSymbolicLinkIsRefused() throws Exception {
    Path file = find().file();
    Path elsewhere = Files.move(file, directory.resolve("right"));
    Files.createSymbolicLink(file, elsewhere);

    refused(file + ": not a regular file");
  }

  @Test
  void aLinkInPlaceOfTheDirectoryIsRefused() throws Exception {
    Files.createDirectory(directory.resolve("home/.cache"));
    Files.createSymbolicLink(unpacked(), Files.createDirectory(directory.resolve("elsewhere")));

    refused(unpacked() + ": not a directory");
    assertThat(directory.resolve("elsewhere")).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwx---", "rwx----w-", "rwxrwxrwx"})
  void aDirectoryThatOthersCanWriteIsRefused(String mode) throws Exception {
    find();
    Files.setPosixFilePermissions(unpacked(), PosixFilePermissions.fromString(mode));

    refused(unpacked() + ": other users can write it");
  }

  @Test
  void aFileThatOthersCanWriteIsRefused() throws Exception {
    Path file = find().file();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));

    refused(file + ": other users can write it");
  }

  @Test
  void aDirectoryAboveThatOthersCanWriteIsRefused() throws Exception {
    find();
    Files.setPosixFilePermissions(
        directory.resolve("home"), PosixFilePermissions.fromString("rwxrwxr-x"));

    refused(directory.resolve("home") + ": other users can write there");
  }

  @ParameterizedTest
  @ValueSource(strings = {"home/.cache/inuse", "home/.cache", "home"})
  void whatBelongsToAnotherUserIsRefused(String name) throws Exception {
    Fork.need(Fork.isRoot(), "not root: files cannot be given away");
    find();
    Files.setAttribute(directory.resolve(name), "unix:uid", 65533, LinkOption.NOFOLLOW_LINKS);

    refused(directory.resolve(name) + ": it belongs to user 65533, not to 0");
  }

  @Test
  void aFileOfAnotherUserIsRefused() throws Exception {
    Fork.need(Fork.isRoot(), "not root: files cannot be given away");
    Path file = find().file();
    Files.setAttribute(file, "unix:uid", 65533, LinkOption.NOFOLLOW_LINKS);

    refused(file + ": it belongs to user 65533, not to 0");
  }

  @Test
  void whereEveryPlaceIsRefusedThereIsNoneAndEachReasonIsSaid() throws Exception {
    Files.createDirectory(directory.resolve("home/.cache"));
    Files.createFile(unpacked());
    Files.createFile(temporary());

    assertThatThrownBy(this::find)
        .isInstanceOf(InuseException.class)
        .hasMessageStartingWith("there is no inuse executable: ")
        .hasMessageContaining("there is no inuse in the directories of PATH")
        .hasMessageContaining(unpacked() + ": not a directory")
        .hasMessageContaining(temporary() + ": not a directory");
  }

  @Test
  void anotherSystemOrArchitectureIsSaid() {
    properties.put("os.arch", "riscv64");
    assertThatThrownBy(this::find).hasMessageEndingWith("the jar has none for riscv64");
    properties.put("os.name", "Mac OS X");
    assertThatThrownBy(this::find).hasMessageEndingWith("this is Mac OS X, not Linux");
  }

  @Test
  void withoutAUserNothingIsUnpacked() {
    ExecutableSearch search =
        new ExecutableSearch(new Surroundings(properties::get, environment::get, Optional.empty()));
    assertThatThrownBy(search::find).hasMessageContaining("does not say who the user is");
  }

  /** That one is not used; the next place is. */
  private void refused(String reason) throws InuseException {
    ExecutableSearch.Found found = find();
    assertThat(found.refused()).singleElement().asString().startsWith(reason);
    assertThat(found.file().getParent()).isEqualTo(temporary());
  }

  private ExecutableSearch.Found find() throws InuseException {
    return new ExecutableSearch(
            new Surroundings(properties::get, environment::get, Surroundings.here().uid()))
        .find();
  }

  private Path unpacked() {
    return directory.resolve("home/.cache/inuse");
  }

  private Path temporary() {
    return directory.resolve("tmp/inuse-" + Surroundings.here().uid().orElseThrow());
  }

  private Path program(String name) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.copy(Path.of("/bin/true"), file);
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
