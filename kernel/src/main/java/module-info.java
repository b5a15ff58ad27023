import org.jspecify.annotations.NullMarked;

/**
 * Linux in Linux's own words: system calls, netlink, /proc. What they mean for a port is left to
 * other modules.
 */
@NullMarked
@SuppressWarnings("module") // those named below are compiled after this one
module inuse.kernel {
  requires static org.jspecify;

  // Access to the operating system: an embedder of the library provides or fakes an implementation.
  exports inuse.kernel;
  // The vocabulary of that access: numbers of the kernel, and the architecture.
  exports inuse.kernel.abi;

  // The reading of /proc and netlink may change: only our own modules see it.
  exports inuse.kernel.netfilter to
      inuse.core;
  exports inuse.kernel.netlink to
      inuse.core;
  exports inuse.kernel.proc to
      inuse.cli,
      inuse.core,
      inuse.record,
      inuse.render,
      inuse.run;
  // Programs for the kernel's iterators, which the search for holders has, and for binds, which
  // the recorder has.
  exports inuse.kernel.bpf to
      inuse.core,
      inuse.record;
  exports inuse.kernel.btf to
      inuse.core;
  // Programs under a filter, which only run starts.
  exports inuse.kernel.seccomp to
      inuse.run;
}
