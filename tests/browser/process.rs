//! A program that a test started and that ends with it, whatever way the test ends.

use std::{
    io,
    process::{Child, ChildStdout, Command, Stdio},
};

/// A running program.
pub struct Process {
    child: Child,
    watcher: Watcher,
}

impl Process {
    /// Starts it.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let child = command.stdin(Stdio::null()).spawn()?;
        let watcher = Watcher::over(child.id())?;
        Ok(Self { child, watcher })
    }

    /// What it prints, if that was to be piped.
    pub fn stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Kills it and waits until it is gone.
    pub fn end(&mut self) {
        // The watcher first: later the number of the program may belong to another.
        self.watcher.dismiss();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Kills a program when this process is gone, even if that was killed itself: it reads from a pipe that only this
/// process holds open.
pub struct Watcher(Child);

impl Watcher {
    /// Over the program of this number.
    pub fn over(program: u32) -> io::Result<Self> {
        let watch = "trap '' INT HUP TERM; read -r _; kill -KILL \"$1\"";
        let mut command = Command::new("sh");
        command.args(["-c", watch, "watcher", &program.to_string()]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().map(Self)
    }

    fn dismiss(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.dismiss();
    }
}
