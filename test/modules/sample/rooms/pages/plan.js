// Opened by the console.
