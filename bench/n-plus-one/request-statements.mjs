import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import mysql from "mysql2";
import pg from "pg";

const current = new AsyncLocalStorage();
const requests = [];

/** Notes from now on which request sent which statement; with comments, each names its request as sqlcommenter does. */
export function noteStatements({ hasComments }) {
  const write = hasComments ? commented : (text) => text;
  watchPg(write);
  watchMysql2(write);
}

/** Runs a request's work, and notes what it sends. */
export async function noteRequest(request, work) {
  const noted = { ...request, trace: randomBytes(16).toString("hex"), from: Date.now(), to: 0, statements: [] };
  requests.push(noted);
  try {
    return await current.run(noted, work);
  } finally {
    noted.to = Date.now();
  }
}

/** `[{id, by, scenario, from, to, statements: [{text, from, to}]}]`, times in milliseconds of the epoch. */
export function notedRequests() {
  return requests;
}

function watchPg(write) {
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function (config, ...rest) {
    const request = current.getStore();
    if (request === undefined) return query.call(this, config, ...rest);
    const isText = typeof config === "string";
    const text = isText ? config : config.text;
    const ended = begun(request, text);
    const callback = rest.at(-1);
    if (typeof callback === "function") {
      rest[rest.length - 1] = (...results) => {
        ended();
        callback(...results);
      };
    }
    const written = write(text, request);
    const answer = query.call(this, isText ? written : { ...config, text: written }, ...rest);
    if (typeof answer?.then === "function") answer.then(ended, ended);
    return answer;
  };
  const { connect } = pg.Pool.prototype;
  pg.Pool.prototype.connect = function (callback) {
    return connect.call(this, bound(callback));
  };
}

function watchMysql2(write) {
  const connection = Object.getPrototypeOf(mysql.Connection.prototype);
  const { addCommand } = connection;
  connection.addCommand = function (command) {
    const request = current.getStore();
    if (request !== undefined && typeof command.sql === "string") {
      const ended = begun(request, command.sql);
      command.sql = write(command.sql, request);
      command.once("end", ended);
    }
    return addCommand.call(this, command);
  };
  const pool = Object.getPrototypeOf(mysql.Pool.prototype);
  const { getConnection } = pool;
  pool.getConnection = function (callback) {
    return getConnection.call(this, bound(callback));
  };
}

/** A pool calls back in the context of whoever gave the connection back. */
function bound(callback) {
  return typeof callback === "function" ? AsyncResource.bind(callback) : callback;
}

/** Returns what to call at the statement's end. */
function begun(request, text) {
  const statement = { text, from: Date.now(), to: Date.now() };
  request.statements.push(statement);
  return () => {
    statement.to = Date.now();
  };
}

function commented(text, { scenario, trace }) {
  const span = randomBytes(8).toString("hex");
  const comment = `/*route='${encodeURIComponent(`/${scenario}`)}',traceparent='00-${trace}-${span}-01'*/`;
  return text.endsWith(";") ? `${text.slice(0, -1)} ${comment};` : `${text} ${comment}`;
}
