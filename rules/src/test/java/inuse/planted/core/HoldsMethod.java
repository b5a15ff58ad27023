package inuse.planted.core;

import java.lang.reflect.Method;

record HoldsMethod(Method known) {}
