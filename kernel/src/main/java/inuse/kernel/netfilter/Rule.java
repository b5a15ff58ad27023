package inuse.kernel.netfilter;

import java.util.List;

/** A rule, and the chain that it is in. */
public record Rule(int family, String table, String chain, List<Expression> expressions) {
  public Rule {
    expressions = List.copyOf(expressions);
  }
}
