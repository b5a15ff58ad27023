package inuse.kernel.btf;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is wanted of the kernel's types. Names that a kernel does not have are simply not found.
 *
 * @param functions names of functions
 * @param members names of members, by the name of their structure
 */
public record TypeNames(List<String> functions, Map<String, List<String>> members) {
  public TypeNames {
    functions = List.copyOf(functions);
    members = new LinkedHashMap<>(members);
  }

  /** Every name once. */
  List<String> all() {
    Set<String> names = new LinkedHashSet<>(functions);
    members.forEach((structure, its) -> {
      names.add(structure);
      names.addAll(its);
    });
    return List.copyOf(names);
  }
}
