import { DataTypes, Op, Sequelize } from "sequelize";

/** The shop by Sequelize. */
export async function open(url, max) {
  const db = new Sequelize(url, { logging: false, pool: { max } });
  const options = { timestamps: false, underscored: true };
  const Customer = db.define("customer", { name: DataTypes.TEXT }, { ...options, tableName: "customers" });
  const Order = db.define("order", { total: DataTypes.INTEGER }, { ...options, tableName: "orders" });
  const Event = db.define("event", { text: DataTypes.TEXT }, { ...options, tableName: "events" });
  const Setting = db.define(
    "setting",
    { name: { type: DataTypes.TEXT, primaryKey: true }, value: DataTypes.TEXT },
    { ...options, tableName: "settings" },
  );
  Customer.hasMany(Order, { foreignKey: "customer_id" });
  Order.belongsTo(Customer, { foreignKey: "customer_id" });
  return {
    customers: (limit) => Customer.findAll({ order: ["id"], limit }),
    orders: (limit) => Order.findAll({ order: ["id"], limit }),
    customer: (id, transaction) => Customer.findByPk(id, { transaction }),
    ordersOf: (id) => Order.findAll({ where: { customer_id: id } }),
    countOf: (id) => Order.count({ where: { customer_id: id } }),
    setting: (name) => Setting.findByPk(name),
    withOrders: (limit) => Customer.findAll({ where: { id: { [Op.lte]: limit } }, include: Order }),
    batch: (ids) => Order.findAll({ where: { customer_id: ids } }),
    page: (limit, offset) => Order.findAll({ order: ["id"], limit, offset }),
    after: (id, limit) => Order.findAll({ where: { id: { [Op.gt]: id } }, order: ["id"], limit }),
    rename: (id, name) => Customer.update({ name }, { where: { id } }),
    log: (text) => Event.create({ text }),
    logAll: (texts) => Event.bulkCreate(texts.map((text) => ({ text }))),
    transaction: (work) => db.transaction(work),
    close: () => db.close(),
  };
}
