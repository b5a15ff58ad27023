package inuse.planted.core;

import org.assertj.core.description.Description;

record KnowsThirdParty(Description known) {}
