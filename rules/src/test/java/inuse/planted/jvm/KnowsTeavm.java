package inuse.planted.jvm;

import org.teavm.interop.Address;

record KnowsTeavm(Address known) {}
