import org.jspecify.annotations.NullMarked;

/** The library: from a question to a diagnosis, and from a diagnosis to a plan and its effects. */
@NullMarked
@SuppressWarnings("module") // those named below are compiled after this one
module inuse.core {
  requires static org.jspecify;
  // SystemCalls, which everything here is made on.
  requires transitive inuse.kernel;

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

  // How the machine is looked at is ours to change: our own modules know it, nobody else.
  exports inuse.core.ask to
      inuse.cli;
  exports inuse.core.ask.input to
      inuse.cli;
  exports inuse.core.ask.namespaces to
      inuse.cli;
  exports inuse.core.ask.sockets to
      inuse.cli;
  exports inuse.core.ask.supervision to
      inuse.cli;
  exports inuse.core.io to
      inuse.cli,
      inuse.run;
}
