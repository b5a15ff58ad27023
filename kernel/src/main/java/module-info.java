import org.jspecify.annotations.NullMarked;

/** Linux in Linux's own words: system calls, netlink, /proc. It knows nothing of EADDRINUSE. */
@NullMarked
@SuppressWarnings("module") // those named below are compiled after this one
module inuse.kernel {
  requires static org.jspecify;

  // The door to the operating system: who embeds the library brings or fakes an implementation.
  exports inuse.kernel;
  // What the door is told in: numbers of the kernel, and the architecture.
  exports inuse.kernel.abi;

  // How /proc and netlink are read is ours to change.
  exports inuse.kernel.netlink to
      inuse.core;
  exports inuse.kernel.proc to
      inuse.cli,
      inuse.core,
      inuse.render,
      inuse.run;
  // A program under a filter, which only run starts.
  exports inuse.kernel.seccomp to
      inuse.run;
}
