"""Customers, products and prices."""

from typing import Any, Literal

from pydantic import Field

from app.till.endpoints.params import Asked, Listing, Metadata, Params, Route, listing, merged, retrieving
from app.till.errors import invalid, not_here
from app.till.shapes import shop
from app.till.store import Act, Obj


class InvoiceSettings(Params):
    default_payment_method: str | None = None


class CustomerParams(Asked):
    email: str | None = None
    name: str | None = None
    phone: str | None = None
    description: str | None = None
    metadata: Metadata | Literal[""] = Field({})
    preferred_locales: list[str] = Field([])
    address: dict[str, str] | None = None
    invoice_settings: InvoiceSettings | None = None
    tax_exempt: str = "none"


class CustomerList(Listing):
    email: str | None = None


def create_customer(act: Act, given: CustomerParams) -> Obj:
    customer = act.add(shop.customer(act.now))
    _fill_customer(act, customer, given)
    act.tell("customer.created", customer)
    return customer


def update_customer(act: Act, given: CustomerParams, found: str) -> Obj:
    customer = act.get("customer", found)
    _fill_customer(act, customer, given)
    act.tell("customer.updated", customer)
    return customer


def _fill_customer(act: Act, customer: Obj, given: CustomerParams) -> None:
    customer |= given.given("email", "name", "phone", "description", "preferred_locales", "tax_exempt")
    customer["metadata"] = merged(customer["metadata"], given.metadata)
    if given.address is not None:
        customer["address"] = shop.ADDRESS | given.address
    if given.invoice_settings and given.invoice_settings.default_payment_method:
        method = act.get("payment_method", given.invoice_settings.default_payment_method)
        customer["invoice_settings"] = customer["invoice_settings"] | {"default_payment_method": method["id"]}


class ProductFields(Asked):
    active: bool = True
    description: str | None = None
    metadata: Metadata | Literal[""] = Field({})
    images: list[str] = Field([])
    statement_descriptor: str | None = None
    tax_code: str | None = None
    unit_label: str | None = None
    url: str | None = None


class ProductParams(ProductFields):
    name: str
    id: str | None = None


class ProductUpdate(ProductFields):
    name: str | None = None
    default_price: str | None = None


class ProductList(Listing):
    active: bool | None = None
    ids: list[str] | None = None

    def picks(self, obj: Obj) -> bool:
        wanted = self.model_copy(update={"ids": None})
        return (self.ids is None or obj["id"] in self.ids) and super(ProductList, wanted).picks(obj)


_PRODUCT = ("active", "description", "images", "statement_descriptor", "tax_code", "unit_label", "url", "name")


def create_product(act: Act, given: ProductParams) -> Obj:
    if given.id and act.find(given.id):
        raise invalid("Product already exists.", "id", "resource_already_exists")
    fields = given.given(*_PRODUCT, *(("id",) if given.id else ()))
    fields["metadata"] = merged({}, given.metadata)
    product = act.add(shop.product(fields.pop("name"), act.now, **fields))
    act.tell("product.created", product)
    return product


def update_product(act: Act, given: ProductUpdate, found: str) -> Obj:
    product = act.get("product", found)
    product |= given.given(*_PRODUCT, "default_price")
    product |= {"metadata": merged(product["metadata"], given.metadata), "updated": act.now}
    act.tell("product.updated", product)
    return product


class Recurring(Params):
    interval: Literal["day", "week", "month", "year"]
    interval_count: int = 1


class PriceFields(Asked):
    active: bool = True
    nickname: str | None = None
    metadata: Metadata | Literal[""] = Field({})
    lookup_key: str | None = None
    transfer_lookup_key: bool = False
    tax_behavior: Literal["exclusive", "inclusive", "unspecified"] = "unspecified"


class PriceParams(PriceFields):
    currency: str
    product: str
    unit_amount: int
    recurring: Recurring | None = None
    billing_scheme: Literal["per_unit"] = "per_unit"


class PriceList(Listing):
    active: bool | None = None
    currency: str | None = None
    product: str | None = None
    type: Literal["one_time", "recurring"] | None = None
    lookup_keys: list[str] | None = None

    def picks(self, obj: Obj) -> bool:
        wanted = self.model_copy(update={"lookup_keys": None})
        keyed = self.lookup_keys is None or obj["lookup_key"] in self.lookup_keys
        return keyed and super(PriceList, wanted).picks(obj)


def create_price(act: Act, given: PriceParams) -> Obj:
    product = act.get("product", given.product, "product")
    if given.recurring and given.recurring.interval not in ("month", "year"):
        raise not_here(f"A price for each {given.recurring.interval}", "recurring[interval]")
    fields: dict[str, Any] = given.given("active", "nickname", "tax_behavior")
    fields["metadata"] = merged({}, given.metadata)
    recurring = given.recurring.model_dump() if given.recurring else None
    price = act.add(shop.price(product["id"], given.currency, given.unit_amount, recurring, act.now, **fields))
    _give_key(act, price, given)
    act.tell("price.created", price)
    return price


def update_price(act: Act, given: PriceFields, found: str) -> Obj:
    price = act.get("price", found)
    price |= given.given("active", "nickname", "tax_behavior")
    price["metadata"] = merged(price["metadata"], given.metadata)
    _give_key(act, price, given)
    act.tell("price.updated", price)
    return price


def _give_key(act: Act, price: Obj, given: PriceFields) -> None:
    """A lookup key belongs to one price. It moves only where that is asked for."""
    if "lookup_key" not in given.model_fields_set:
        return
    price["lookup_key"] = given.lookup_key or None
    for other in act.all("price"):
        if other["id"] == price["id"] or not price["lookup_key"] or other["lookup_key"] != price["lookup_key"]:
            continue
        if not given.transfer_lookup_key:
            message = f"A price (`{other['id']}`) already uses that lookup key."
            raise invalid(message, "lookup_key", "resource_already_exists")
        other["lookup_key"] = None
        act.tell("price.updated", other)


ROUTES = (
    Route("POST", "/v1/customers", CustomerParams, create_customer),
    Route("POST", "/v1/customers/{id}", CustomerParams, update_customer),
    retrieving("customer", "/v1/customers"),
    listing("customer", "/v1/customers", CustomerList),
    Route("POST", "/v1/products", ProductParams, create_product),
    Route("POST", "/v1/products/{id}", ProductUpdate, update_product),
    retrieving("product", "/v1/products"),
    listing("product", "/v1/products", ProductList),
    Route("POST", "/v1/prices", PriceParams, create_price),
    Route("POST", "/v1/prices/{id}", PriceFields, update_price),
    retrieving("price", "/v1/prices"),
    listing("price", "/v1/prices", PriceList),
)
