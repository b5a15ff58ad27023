import org.jspecify.annotations.NullMarked;

/** The library: from a question to a diagnosis, and from a diagnosis to a plan and its effects. */
@NullMarked
@SuppressWarnings("module") // those named below are compiled after this one
module inuse.core {
  requires static org.jspecify;
  // SystemCalls, which everything here is made on.
  requires transitive inuse.kernel;

  // The front door, and what it returns.
  exports inuse.core;
  // What was observed: the records of questions and answers.
  exports inuse.core.evidence;
  // What a recorder wrote down, and what it says about a port at a moment.
  exports inuse.core.events;
  // The meaning: the diagnosis, its causes, rules, remedies and wording.
  exports inuse.core.explain;
  exports inuse.core.explain.causes;
  exports inuse.core.explain.remedy;
  exports inuse.core.explain.rule;
  exports inuse.core.explain.text;
  // The fix: plan, steps, report.
  exports inuse.core.fix;
  // The list of everything that is bound.
  exports inuse.core.list;
  // The kernel's settings: advice, plan, report.
  exports inuse.core.tune;

  // Parsers of targets and servers to come; network namespaces by name.
  exports inuse.core.ask.input;
  exports inuse.core.ask.namespaces;

  // Access to files, sockets and programs may change: only our own modules see it.
  exports inuse.core.io to
      inuse.cli,
      inuse.jvm,
      inuse.mcp,
      inuse.record,
      inuse.run,
      inuse.serve;
}
