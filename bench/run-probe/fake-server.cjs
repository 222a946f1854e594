// The server's end of a PostgreSQL connection, in the same process: it answers every statement with one row.
const { Duplex } = require("node:stream");

const TEXT_OID = 25;

function message(type, ...parts) {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function int32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value) {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

const READY = message("Z", Buffer.from("I"));
const WELCOME = Buffer.concat([message("R", int32(0)), READY]);
const COLUMN = [Buffer.from("total\0"), int32(0), int16(0), int32(TEXT_OID), int16(-1), int32(-1), int16(0)];
const ROW = Buffer.concat([
  message("T", int16(1), ...COLUMN),
  message("D", int16(1), int32(2), Buffer.from("42")),
  message("C", Buffer.from("SELECT 1\0")),
  READY,
]);
const ANSWER = Buffer.concat([message("1"), message("2"), ROW]);

class FakeSocket extends Duplex {
  #isStarted = false;

  connect() {
    setImmediate(() => this.emit("connect"));
    return this;
  }

  setNoDelay() {}
  setKeepAlive() {}
  ref() {}
  unref() {}
  _read() {}

  _write(chunk, _, done) {
    this.#answer(chunk);
    done();
  }

  _writev(chunks, done) {
    this.#answer(Buffer.concat(chunks.map(({ chunk }) => chunk)));
    done();
  }

  #answer(bytes) {
    if (!this.#isStarted) {
      this.#isStarted = true;
      this.push(WELCOME);
    } else if (bytes[0] === 0x58) this.push(null);
    else this.push(bytes[0] === 0x51 ? ROW : ANSWER);
  }
}

module.exports = { FakeSocket };
