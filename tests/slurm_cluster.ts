/**
 * Test support: a Slurm of one node, on loopback, whose files and daemons are the test's own.
 *
 * @module
 */

import { assert } from "@std/assert";
import { join } from "@std/path";

/** Milliseconds from one look to the next. */
const LOOK = 100;
/** Cores that the node says it has: runs of the tests wait more than they compute. */
const CORES = 4;
/** Where munge listens, and by which name the commands find it. */
const SOCKET = "munge.socket";
const CLIENT_SOCKET = "munge.client";

/** Whether Slurm and munge are installed. */
export const hasSlurm: boolean = ["sbatch", "slurmctld", "slurmd", "munged"]
  .every((command) => pathOf(command) !== undefined);

/** Where a command is; Debian's daemons stand where not every PATH looks. */
function pathOf(command: string): string | undefined {
  const places = [...(Deno.env.get("PATH") ?? "").split(":"), "/usr/sbin"];
  return places.map((place) => join(place, command)).find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/** A running Slurm; dispose it to end it with all that it runs. */
export class Cluster implements AsyncDisposable {
  readonly #daemons: Deno.ChildProcess[] = [];

  private constructor(readonly folder: string, readonly node: string) {}

  /** What tells Slurm's commands where it is. */
  get env(): Record<string, string> {
    return { SLURM_CONF: this.#file("client.conf") };
  }

  /** Starts munge, the controller and the node, and waits until the node takes jobs. */
  static async start(): Promise<Cluster> {
    const folder = await Deno.makeTempDir({ prefix: "slurm-" });
    await Deno.chmod(folder, 0o755);
    const cluster = new Cluster(folder, Deno.hostname().split(".")[0]!);
    for (const name of ["state", "spool", "log"]) await Deno.mkdir(join(folder, name));
    await Deno.writeFile(join(folder, "munge.key"), crypto.getRandomValues(new Uint8Array(128)), {
      mode: 0o400,
    });
    const configuration = cluster.#configuration();
    await Deno.writeTextFile(cluster.#file("slurm.conf"), configuration(SOCKET));
    await Deno.writeTextFile(cluster.#file("client.conf"), configuration(CLIENT_SOCKET));
    await cluster.#startMunge();
    const daemon = ["-D", "-f", cluster.#file("slurm.conf")];
    cluster.#daemon("slurmctld", ...daemon);
    cluster.#daemon("slurmd", ...daemon);
    await cluster.until("the node is idle", async () => {
      const { out } = await cluster.ask("sinfo", "--noheader", "--format=%T");
      return out.trim() === "idle";
    });
    return cluster;
  }

  /** Lets munge not answer the commands, for as long as `action` lasts. */
  async withoutMunge<T>(action: () => Promise<T>): Promise<T> {
    await Deno.remove(this.#file(CLIENT_SOCKET));
    try {
      return await action();
    } finally {
      await Deno.symlink(SOCKET, this.#file(CLIENT_SOCKET));
    }
  }

  #file(name: string): string {
    return join(this.folder, name);
  }

  /** Starts munge, which says who asks. */
  async #startMunge(): Promise<void> {
    const file = (name: string) => this.#file(name);
    this.#daemon(
      "munged",
      ...["--foreground", "--force", `--socket=${file(SOCKET)}`],
      ...[`--key-file=${file("munge.key")}`, `--log-file=${file("log/munged.log")}`],
      ...[`--pid-file=${file("munged.pid")}`, `--seed-file=${file("munged.seed")}`],
    );
    await this.until("munge listens", async () => {
      const words = [`--socket=${file(SOCKET)}`, "--no-input"];
      return (await this.ask("munge", ...words)).success;
    });
    await Deno.symlink(SOCKET, file(CLIENT_SOCKET));
  }

  /** One of Slurm's commands. */
  async ask(
    command: string,
    ...args: string[]
  ): Promise<{ readonly success: boolean; readonly out: string }> {
    const { success, stdout } = await new Deno.Command(command, { args, env: this.env }).output();
    return { success, out: new TextDecoder().decode(stdout) };
  }

  /** One of Slurm's commands, which has to do its work. */
  async demand(command: string, ...args: string[]): Promise<string> {
    const { success, out } = await this.ask(command, ...args);
    assert(success, `${command} ${args.join(" ")} was refused`);
    return out;
  }

  /** The jobs and tasks that have not ended, `ID STATE NAME` each. */
  async queue(...words: string[]): Promise<string[]> {
    const out = await this.demand("squeue", "--noheader", "--array", "--format=%i %T %j", ...words);
    return out.split("\n").filter((line) => line !== "");
  }

  /** Waits for something that comes sooner or later. */
  async until(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
    for (let looks = 0; !await is(); looks++) {
      assert(looks < 1200, `waited in vain until ${what}; see ${this.folder}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
  }

  /** Has all cores taken, so that whoever asks for one has to wait; dispose it to have them free. */
  async full(): Promise<AsyncDisposable> {
    const words = ["--parsable", `--cpus-per-task=${CORES}`, "--output=/dev/null"];
    const job = (await this.demand("sbatch", ...words, "--wrap", "exec sleep 600")).trim();
    await this.until("all cores are taken", async () => {
      return (await this.queue()).some((line) => line.startsWith(`${job} RUNNING`));
    });
    return { [Symbol.asyncDispose]: async () => void await this.demand("scancel", job) };
  }

  /** Waits until nothing is queued or runs. */
  async quiet(): Promise<void> {
    await this.until("the queue is empty", async () => (await this.queue()).length === 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.ask("scancel", "--user", String(Deno.uid()));
    await this.ask("scancel", "--signal=KILL", "--full", "--user", String(Deno.uid()));
    await this.quiet();
    for (const daemon of this.#daemons.reverse()) {
      try {
        daemon.kill("SIGTERM");
      } catch {
        // It has ended.
      }
      await daemon.status;
    }
    await Deno.remove(this.folder, { recursive: true });
  }

  #daemon(command: string, ...args: string[]): Deno.ChildProcess {
    const daemon = new Deno.Command(pathOf(command)!, {
      args,
      env: this.env,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#daemons.push(daemon);
    return daemon;
  }

  /** The configuration, with the socket of munge to be named. */
  #configuration(): (socket: string) => string {
    const user = Deno.uid() === 0 ? "root" : Deno.env.get("USER") ?? "";
    const file = (name: string) => this.#file(name);
    const ports = [freePort(), freePort()];
    return (socket) =>
      [
        "ClusterName=assay",
        `SlurmctldHost=${this.node}(127.0.0.1)`,
        `SlurmctldPort=${ports[0]}`,
        `SlurmdPort=${ports[1]}`,
        `SlurmUser=${user}`,
        `SlurmdUser=${user}`,
        "AuthType=auth/munge",
        `AuthInfo=socket=${file(socket)}`,
        `StateSaveLocation=${file("state")}`,
        `SlurmdSpoolDir=${file("spool")}`,
        `SlurmctldPidFile=${file("slurmctld.pid")}`,
        `SlurmdPidFile=${file("slurmd.pid")}`,
        `SlurmctldLogFile=${file("log/slurmctld.log")}`,
        `SlurmdLogFile=${file("log/slurmd.log")}`,
        "ProctrackType=proctrack/linuxproc",
        "TaskPlugin=task/none",
        "JobAcctGatherType=jobacct_gather/none",
        "AccountingStorageType=accounting_storage/none",
        "SelectType=select/cons_tres",
        "SelectTypeParameters=CR_CPU",
        "SlurmdParameters=config_overrides",
        "SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=0",
        "MpiDefault=none",
        "ReturnToService=2",
        `NodeName=${this.node} NodeAddr=127.0.0.1 CPUs=${CORES} RealMemory=8000 State=UNKNOWN`,
        "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP",
        "PartitionName=other Nodes=ALL MaxTime=INFINITE State=UP",
        "",
      ].join("\n");
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}
