package inuse.planted.core.circle.two;

import inuse.planted.core.circle.one.KnowsTwo;

/** The other half. */
public record KnowsOne(KnowsTwo known) {}
