package inuse.rules;

import inuse.core.evidence.Port;
import inuse.java.Inuse;
import inuse.junit.RequiresFreePort;
import inuse.kernel.SystemCalls;
import inuse.render.Schema;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The named modules of this tree, read from the class path, where they are jars or directories. */
final class Modules {
  /** One of each. */
  private static final List<Class<?>> CLASSES =
      List.of(SystemCalls.class, Port.class, Schema.class, Inuse.class, RequiresFreePort.class);

  private Modules() {}

  /** Each by its name. */
  static SortedMap<String, ModuleReference> ours() {
    SortedMap<String, ModuleReference> modules = new TreeMap<>();
    for (Class<?> type : CLASSES) {
      for (ModuleReference module : ModuleFinder.of(place(type)).findAll()) {
        modules.put(module.descriptor().name(), module);
      }
    }
    return modules;
  }

  /** The export of that package, if the module has one. */
  static Optional<ModuleDescriptor.Exports> export(ModuleDescriptor module, String name) {
    return module.exports().stream().filter(export -> export.source().equals(name)).findFirst();
  }

  private static Path place(Class<?> type) {
    URI uri;
    try {
      uri = type.getProtectionDomain().getCodeSource().getLocation().toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(type.getName(), e);
    }
    return Path.of(uri);
  }
}
