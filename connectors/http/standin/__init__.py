"""A stand-in for any service with an OpenAPI document: a small order desk."""

from __future__ import annotations

from seamline.standins.standin import HttpStandIn
from seamline.text import Text

from .service import CREDENTIAL, OrderDesk

STANDIN = HttpStandIn(
    "http",
    Text("一个带 OpenAPI 文档的订单服务。", "An order service with an OpenAPI document."),
    (OrderDesk,),
    (
        Text(
            f"文档在 /openapi.json；令牌、密钥、密码都是 {CREDENTIAL}，用户 seamline",
            f"its document: /openapi.json; token, key, password: {CREDENTIAL}; user seamline",
        ),
    ),
)
