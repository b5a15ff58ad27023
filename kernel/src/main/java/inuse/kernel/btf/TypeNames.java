package inuse.kernel.btf;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
}
