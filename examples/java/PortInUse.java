import inuse.core.Inuse;
import inuse.core.Proposal;
import inuse.core.ReleaseListener;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Target;
import inuse.core.explain.Diagnosis;
import inuse.core.fix.FreeOptions;
import inuse.core.fix.Report;
import inuse.jvm.ForeignSystemCalls;
import inuse.render.TextAnswer;
import java.util.List;
import java.util.Optional;

/** Says why a port is in use, gives it back where that is allowed, and names another one. */
public final class PortInUse {
  private PortInUse() {}

  public static void main(String[] arguments) {
    PortTarget target = Target.tcp(Integer.parseInt(arguments[0]));
    try (Inuse inuse = Inuse.open(new ForeignSystemCalls())) {
      Diagnosis why = inuse.ask(target);
      System.out.print(TextAnswer.of(List.of(why), Optional.empty(), false));

      Proposal proposal = inuse.plan(target, FreeOptions.DEFAULT); // nothing is done yet
      Report report = inuse.carryOut(proposal, ReleaseListener.SILENT);
      System.out.println(report.outcome().word());

      inuse.nextFree(target).ifPresent(port -> System.out.println("free: " + port));
    }
  }
}
