package inuse.planted.serve;

import io.nats.client.Connection;

record KnowsNats(Connection connection) {}
