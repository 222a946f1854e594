// Ten customers with their orders, by Sequelize. Argument: lazy or eager.
const { DataTypes, Sequelize } = require("sequelize");

const sequelize = new Sequelize(process.env.DATABASE_URL, { dialect: "postgres", logging: false });
const options = { timestamps: false, underscored: true };
const Customer = sequelize.define("customer", { name: DataTypes.TEXT }, { ...options, tableName: "customers" });
const Order = sequelize.define("order", { total: DataTypes.INTEGER }, { ...options, tableName: "orders" });
Customer.hasMany(Order, { foreignKey: "customer_id", as: "orders" });

async function main() {
  let count = 0;
  if (process.argv[2] === "lazy") {
    const customers = await Customer.findAll({ order: ["id"], limit: 10 });
    for (const customer of customers) {
      const orders = await customer.getOrders(); // n+1
      count += orders.length;
    }
  } else {
    const customers = await Customer.findAll({ order: ["id"], limit: 10, include: "orders" });
    for (const customer of customers) count += customer.orders.length;
  }
  console.log(`${count} orders`);
  await sequelize.close();
}

main();
