package inuse.kernel.btf;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SyscallFailed;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeTypes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class KernelTypesTest {
  private static final TypeNames WANTED =
      new TypeNames(
          List.of("bpf_iter_task", "bpf_rdonly_cast"),
          Map.of("task_struct", List.of("tgid", "files"), "file", List.of("f_ref", "f_count")));

  private final FakeKernel kernel = new FakeKernel();

  private CallResult<KernelTypes> read(String content) {
    kernel.file(KernelTypes.PATH, content);
    CallResult<KernelTypes> types = KernelTypes.read(kernel, WANTED);
    assertThat(kernel.openDescriptors()).isEmpty();
    return types;
  }

  private KernelTypes types(FakeTypes types) {
    return read(types.text()) instanceof CallResult.Ok<KernelTypes>(KernelTypes found)
        ? found
        : new KernelTypes(Map.of(), Map.of(), Map.of());
  }

  private void assertMalformed(String content) {
    assertThat(read(content))
        .isEqualTo(
            new CallResult.Failed<>(new SyscallFailed("read", KernelTypes.PATH, Errno.EINVAL)));
  }

  @Test
  void functionsAndStructuresAreFoundByNameWithTheirNumbersFromOneOn() {
    KernelTypes types =
        types(
            new FakeTypes()
                .other(1, 0, 0)
                .function("bpf_iter_task_file")
                .function("bpf_iter_task")
                .structure("task_struct_x", "files 8")
                .structure("task_struct", "usage 0", "tgid 1268", "files 1824"));

    assertThat(types.function("bpf_iter_task")).hasValue(3);
    assertThat(types.structure("task_struct")).hasValue(5);
    assertThat(types.offset("task_struct", "tgid")).hasValue(1268);
    assertThat(types.offset("task_struct", "files")).hasValue(1824);
  }

  @Test
  void whatThisKernelDoesNotHaveIsNotFoundAndNoError() {
    KernelTypes types = types(new FakeTypes().structure("file", "f_count 16"));

    assertThat(types.function("bpf_rdonly_cast")).isEqualTo(OptionalInt.empty());
    assertThat(types.offset("file", "f_ref")).isEqualTo(OptionalInt.empty());
    assertThat(types.offset("file", "f_count")).hasValue(16);
  }

  @Test
  void everyKindOfTypeIsSteppedOverByItsLength() {
    FakeTypes types = new FakeTypes();
    int[] bare = {2, 7, 8, 9, 10, 11, 12, 16, 18};
    for (int kind : bare) {
      types.other(kind, 0);
    }
    types.other(1, 0, 0).other(14, 0, 0).other(17, 0, 0).other(3, 0, 0, 0, 0);
    types.other(4, 1, 0, 0, 0).other(5, 1, 0, 0, 0).other(15, 1, 0, 0, 0).other(19, 1, 0, 0, 0);
    types.other(6, 2, 0, 0, 0, 0).other(13, 2, 0, 0, 0, 0);

    assertThat(types(types.function("bpf_iter_task")).function("bpf_iter_task"))
        .hasValue(types.count());
  }

  @Test
  void theFirstOfTwoStructuresOfANameCounts() {
    KernelTypes types =
        types(new FakeTypes().structure("file", "f_ref 176").structure("file", "f_ref 8"));

    assertThat(types.structure("file")).hasValue(1);
    assertThat(types.offset("file", "f_ref")).hasValue(176);
  }

  @Test
  void aWidthInBitsThatIsStoredBesideThePlaceIsNoPartOfIt() {
    KernelTypes types = types(new FakeTypes().structureWithBits("file", 3, "f_ref 176"));

    assertThat(types.offset("file", "f_ref")).hasValue(176);
  }

  @Test
  void namesAndTypesThatCrossTheEndOfAPieceAreFoundAllTheSame() {
    FakeTypes types = new FakeTypes();
    for (int i = 0; i < 9000; i++) {
      types.string("a_function_" + i).other(1, 0, i);
    }
    for (int i = 0; i < 7000; i++) {
      types.structure("other", "a 0", "b 8");
    }
    types.structure("task_struct", "tgid 4").function("bpf_iter_task");

    assertThat(types(types).function("bpf_iter_task")).hasValue(types.count());
    assertThat(types(types).offset("task_struct", "tgid")).hasValue(4);
  }

  @Test
  void whereTheFileCannotBeMappedItIsRead() {
    FakeTypes types = new FakeTypes();
    for (int i = 0; i < 9000; i++) {
      types.string("a_function_" + i).other(1, 0, i);
    }
    types.structure("task_struct", "tgid 4").function("bpf_iter_task");
    kernel.refuse("mmap", KernelTypes.PATH, Errno.of(-19)); // ENODEV, before Linux 6.16

    KernelTypes found = types(types);

    assertThat(found.function("bpf_iter_task")).hasValue(types.count());
    assertThat(found.offset("task_struct", "tgid")).hasValue(4);
    assertThat(kernel.mapped()).isZero();
  }

  @Test
  void namesAndTypesAreMappedWhereTheyCanBe() {
    String whole = new FakeTypes().function("bpf_iter_task").text();

    read(whole);

    assertThat(kernel.mapped()).as("bytes").isPositive();
  }

  @Test
  void aFileThatEndsBeforeItsTypesIsNotMapped() {
    String whole = new FakeTypes().function("bpf_iter_task").text();

    assertMalformed(whole.substring(0, whole.length() - 1));

    assertThat(kernel.mapped()).isZero();
  }

  @Test
  void aKernelWithoutADescriptionOfItselfSaysSo() {
    assertThat(KernelTypes.read(kernel, WANTED))
        .isEqualTo(
            new CallResult.Failed<>(new SyscallFailed("open", KernelTypes.PATH, Errno.ENOENT)));
  }

  @Test
  void aFileOfAnotherFormIsRefused() {
    String whole = new FakeTypes().function("bpf_iter_task").string("x").text();

    assertMalformed("");
    assertMalformed("ELF" + whole.substring(3));
    assertMalformed(whole.substring(0, 30));
    assertMalformed(whole.substring(0, whole.length() - 1));
    assertMalformed(new FakeTypes().other(31, 0).text());
    assertMalformed(new FakeTypes().other(0, 0).text());
  }

  @Test
  void aLengthBeyondAllReasonIsRefusedBeforeAnythingIsRead() {
    String whole = new FakeTypes().function("bpf_iter_task").text();

    assertMalformed(whole.substring(0, 15) + '\u007f' + whole.substring(16));
    assertMalformed(whole.substring(0, 23) + '\u007f' + whole.substring(24));
  }

  @Test
  void aNameThatIsCutShortOrStandsNowhereIsNone() {
    byte[] strings = "\0bpf_iter_task_file\0bpf_iter_task".getBytes(StandardCharsets.ISO_8859_1);
    NameSet names = new NameSet(List.of("bpf_iter_task"));

    assertThat(names.at(strings, 1)).as("a longer one").isEmpty();
    assertThat(names.at(strings, 20)).as("without its end").isEmpty();
    assertThat(names.at(strings, 0)).isEmpty();
    assertThat(names.at(strings, -1)).isEmpty();
    assertThat(names.at(strings, strings.length)).isEmpty();
  }
}
