//! A program that a test started and that ends with it, whatever way the test ends.

use std::{
    io,
    process::{Child, Command, Stdio},
};

/// A running program. A watcher beside it reads from a pipe that only this process holds open: should this process be
/// killed, the pipe ends and the watcher kills the program.
pub struct Process {
    child: Child,
    watcher: Child,
}

impl Process {
    /// Starts it.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let child = command.stdin(Stdio::null()).spawn()?;
        let watch = "trap '' INT HUP TERM; read -r _; kill -KILL \"$1\"";
        let mut watcher = Command::new("sh");
        watcher.args(["-c", watch, "watcher", &child.id().to_string()]);
        let watcher = watcher.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        Ok(Self { child, watcher })
    }

    /// What it prints, if that was to be piped.
    pub fn stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.child.stdout.take()
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Kills it and waits until it is gone.
    pub fn end(&mut self) {
        // The watcher first: later its number for the program may belong to another.
        for one in [&mut self.watcher, &mut self.child] {
            let _ = one.kill();
            let _ = one.wait();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}
