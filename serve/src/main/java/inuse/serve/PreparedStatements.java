package inuse.serve;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** The statements of a connection, each prepared once. */
final class PreparedStatements implements AutoCloseable {
  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  PreparedStatements(Connection connection) {
    this.connection = connection;
  }

  /** The statement of that SQL, with these values. */
  PreparedStatement with(String sql, Object... values) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    set(statement, values);
    return statement;
  }

  /** Carries a change out; how many rows that was. */
  int update(String sql, Object... values) throws SQLException {
    return with(sql, values).executeUpdate();
  }

  /** Gives a statement its values, from the first on. */
  static void set(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement statement : statements.values()) {
      statement.close();
    }
  }
}
