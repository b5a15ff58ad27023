package inuse.planted.core;

import com.google.gson.stream.JsonWriter;

record KnowsGson(JsonWriter known) {}
