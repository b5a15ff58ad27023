import org.jspecify.annotations.NullMarked;

/** The library: from a question to a diagnosis, and from a diagnosis to a plan and its effects. */
@NullMarked
@SuppressWarnings("module") // those named below are compiled after this one
module inuse.core {
  requires static org.jspecify;
  // SystemCalls, which everything here is made on.
  requires transitive inuse.kernel;

  // The front door: ask, plan, carry out, wait.
  exports inuse.core;
  // What was seen: the records that questions are made of, and answers.
  exports inuse.core.evidence;
  // What it means: the diagnosis, its causes, rules, remedies and wording.
  exports inuse.core.explain;
  exports inuse.core.explain.causes;
  exports inuse.core.explain.remedy;
  exports inuse.core.explain.rule;
  exports inuse.core.explain.text;
  // What is done about it: plan, steps, report.
  exports inuse.core.fix;
  // The kernel's settings: advice, plan, report.
  exports inuse.core.tune;

  // Targets and servers to come, read as people write them; network namespaces, found by name.
  exports inuse.core.ask.input;
  exports inuse.core.ask.namespaces;

  // How files, sockets and programs are reached is ours to change: our own modules know it.
  exports inuse.core.io to
      inuse.cli,
      inuse.jvm,
      inuse.run;
}
