"""The providers' own libraries, unchanged, against the stand-in: it asks for what they send."""

from __future__ import annotations

import importlib.util
import json
from datetime import timedelta, timezone
from urllib.parse import urlsplit

import pytest

from seamline.connectors.sms_voice import standin as sms_

# These libraries are the optional extra `oracles`: without it there is nothing to compare with.
WITH_TENCENT = importlib.util.find_spec("tencentcloud") is not None
WITH_ALIYUN = importlib.util.find_spec("alibabacloud_dysmsapi20170525") is not None


class TestTencent:
    __test__ = WITH_TENCENT

    @pytest.fixture
    def client(self, sms, key):
        from tencentcloud.common.credential import Credential
        from tencentcloud.common.profile.client_profile import ClientProfile
        from tencentcloud.common.profile.http_profile import HttpProfile
        from tencentcloud.sms.v20210111.sms_client import SmsClient

        sms.standin.reset()
        http = HttpProfile(protocol="http", endpoint=urlsplit(sms.standin.url).netloc)
        profile = ClientProfile(signMethod="TC3-HMAC-SHA256", httpProfile=http)
        credential = Credential(sms_.KEY_ID, sms_.KEY_SECRET if key == "right" else "another")
        return SmsClient(credential, "ap-guangzhou", profile)

    @pytest.mark.parametrize("key", ["right", "wrong"])
    def test_its_library_sends(self, sms, client, key):
        from tencentcloud.common.exception import TencentCloudSDKException
        from tencentcloud.sms.v20210111.models import PullSmsSendStatusRequest, SendSmsRequest

        asked = SendSmsRequest()
        asked.from_json_string(
            json.dumps(
                {
                    "PhoneNumberSet": ["+8613800000001", "+86123"], "SmsSdkAppId": sms_.APP,
                    "SignName": sms_.SIGN, "TemplateId": "1480001",
                    "TemplateParamSet": ["OD-1", "11-28"], "SessionContext": "mine",
                }
            )
        )  # fmt: skip
        if key == "wrong":
            with pytest.raises(TencentCloudSDKException, match="SignatureFailure"):
                client.SendSms(asked)
            return
        said = client.SendSms(asked).SendStatusSet
        assert [one.Code for one in said] == ["Ok", "InvalidParameterValue.IncorrectPhoneNumber"]
        sms.standin.advance(10)
        pull = PullSmsSendStatusRequest()
        pull.Limit, pull.SmsSdkAppId = 10, sms_.APP
        (status,) = client.PullSmsSendStatus(pull).PullSmsSendStatusSet
        assert (status.ReportStatus, status.SessionContext) == ("SUCCESS", "mine")


class TestAliyun:
    __test__ = WITH_ALIYUN

    @pytest.fixture
    def client(self, sms):
        from alibabacloud_dysmsapi20170525.client import Client
        from alibabacloud_tea_openapi.models import Config

        sms.standin.reset()
        return Client(
            Config(
                access_key_id=sms_.KEY_ID, access_key_secret=sms_.KEY_SECRET,
                endpoint=urlsplit(sms.standin.url).netloc, protocol="http",
            )
        )  # fmt: skip

    def test_its_library_sends(self, sms, client):
        from alibabacloud_dysmsapi20170525 import models

        sent = client.send_sms(
            models.SendSmsRequest(
                phone_numbers="13800000001", sign_name=sms_.SIGN, template_code="SMS_480001",
                template_param=json.dumps({"code": "OD-1", "due": "11-28"}), out_id="mine",
            )
        ).body  # fmt: skip
        assert sent.code == "OK"
        sms.standin.advance(10)
        china = timezone(timedelta(hours=8))
        day = sms.standin.bench.clock.now().astimezone(china).strftime("%Y%m%d")
        details = client.query_send_details(
            models.QuerySendDetailsRequest(
                phone_number="13800000001", biz_id=sent.biz_id, send_date=day, page_size=10,
                current_page=1,
            )
        ).body  # fmt: skip
        (one,) = details.sms_send_detail_dtos.sms_send_detail_dto
        assert (one.send_status, one.out_id) == (3, "mine")
