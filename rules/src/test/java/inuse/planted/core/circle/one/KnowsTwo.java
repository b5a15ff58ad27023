package inuse.planted.core.circle.one;

import inuse.planted.core.circle.two.KnowsOne;

/** Half of a circle. */
public record KnowsTwo(KnowsOne known) {}
