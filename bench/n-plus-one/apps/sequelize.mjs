import { DataTypes, Op, Sequelize } from "sequelize";

/** The shop by Sequelize. */
export async function open(url, max) {
  const db = new Sequelize(url, { logging: false, pool: { max } });
  const models = modelsOf(db);
  const work = (run) => db.transaction((transaction) => run(shopOf(db, models, { transaction })));
  return { ...shopOf(db, models, {}), transaction: work, close: () => db.close() };
}

function modelsOf(db) {
  const define = (name, tableName, columns) =>
    db.define(name, columns, { timestamps: false, underscored: true, tableName });
  const key = () => ({ type: DataTypes.TEXT, primaryKey: true });
  const Customer = define("customer", "customers", { name: DataTypes.TEXT });
  const Order = define("order", "orders", { total: DataTypes.INTEGER, product_id: DataTypes.INTEGER });
  Customer.hasMany(Order, { foreignKey: "customer_id" });
  Order.belongsTo(Customer, { foreignKey: "customer_id" });
  return {
    Customer,
    Order,
    Product: define("product", "products", { name: DataTypes.TEXT }),
    Event: define("event", "events", { text: DataTypes.TEXT }),
    Setting: define("setting", "settings", { name: key(), value: DataTypes.TEXT }),
    Session: define("session", "sessions", { token: key(), customer_id: DataTypes.INTEGER }),
    Job: define("job", "jobs", { state: DataTypes.TEXT }),
  };
}

/** `scope`: the transaction, or nothing. */
function shopOf(db, { Customer, Order, Product, Event, Setting, Session, Job }, scope) {
  const list = (model, options) => model.findAll({ order: ["id"], ...options, ...scope });
  return {
    customers: (limit) => list(Customer, { limit }),
    orders: (limit) => list(Order, { limit }),
    customer: (id) => Customer.findByPk(id, scope),
    product: (id) => Product.findByPk(id, scope),
    ordersOf: (id) => Order.findAll({ where: { customer_id: id }, ...scope }),
    countOf: (id) => Order.count({ where: { customer_id: id }, ...scope }),
    setting: (name) => Setting.findByPk(name, scope),
    session: (token) => Session.findByPk(token, scope),
    withOrders: (limit) => Customer.findAll({ where: { id: { [Op.lte]: limit } }, include: Order, ...scope }),
    batch: (ids) => Order.findAll({ where: { customer_id: ids }, ...scope }),
    page: (limit, offset) => list(Order, { limit, offset }),
    after: (id, limit) => list(Order, { where: { id: { [Op.gt]: id } }, limit }),
    rename: (id, name) => Customer.update({ name }, { where: { id }, ...scope }),
    lines: (limit) => list(Event, { limit }),
    log: (text) => Event.create({ text }, scope),
    logAll: (texts) =>
      Event.bulkCreate(
        texts.map((text) => ({ text })),
        scope,
      ),
    forget: (id) => Event.destroy({ where: { id }, ...scope }),
    nextJob: () => Job.findOne({ where: { state: "ready" }, order: ["id"], lock: true, skipLocked: true, ...scope }),
    finish: (id) => Job.update({ state: "done" }, { where: { id }, ...scope }),
    ping: () => db.query("select 1", scope),
  };
}
