package inuse.run.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A host to be asked.
 *
 * @param name what the user calls it
 * @param address where that differs
 */
public record RemoteHost(
    String name, Optional<String> address, Optional<String> port, Optional<String> user) {
  RemoteHost(String name) {
    this(name, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The words of ssh that say which host. */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    port.ifPresent(one -> words.addAll(List.of("-p", one)));
    user.ifPresent(one -> words.addAll(List.of("-l", one)));
    words.add("--");
    words.add(address.orElse(name));
    return words;
  }
}
