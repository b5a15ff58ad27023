package inuse.zoo.oracle;

/** Draws scenarios; the same ones from the same seed. */
interface Drawing {
  Scenario next();
}
